import { createContext, use, useCallback, useState, type ReactNode } from 'react';

const AnnouncerContext = createContext<(text: string) => void>(() => undefined);

/** Tells a reader of screens what has just been done, where nothing else would. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [told, setTold] = useState({ text: '', turn: 0 });
  const announce = useCallback((text: string) => setTold(({ turn }) => ({ text, turn: turn + 1 })), []);
  return (
    <AnnouncerContext value={announce}>
      {children}
      <div className="unseen announced" role="status">
        <span key={told.turn}>{told.text}</span>
      </div>
    </AnnouncerContext>
  );
}

export const useAnnounce = (): ((text: string) => void) => use(AnnouncerContext);
