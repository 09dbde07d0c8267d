import { useCallback, useEffect, useState } from 'react';

/** What the page shows; all of it stands in the address's hash, so that a view can be linked. An empty text: not chosen. */
export interface View {
  readonly words: string;
  readonly register: string;
  readonly theme: string;
  readonly provider: string;
  readonly type: string;
  readonly kind: string;
  readonly resource: string;
  readonly item: string;
}

export const NOTHING_CHOSEN: View = {
  words: '',
  register: '',
  theme: '',
  provider: '',
  type: '',
  kind: '',
  resource: '',
  item: '',
};

const KEYS = Object.keys(NOTHING_CHOSEN) as (keyof View)[];
/** What looks like an identity number does not get into an address, which is kept in histories. */
const NUMBER = /[0-9]{15}/;

export function readView(hash: string): View {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  return Object.fromEntries(KEYS.map((key) => [key, given.get(key)?.trim() ?? ''])) as unknown as View;
}

export function hashOf(view: View): string {
  const told = new URLSearchParams();
  for (const key of KEYS) {
    if (view[key] !== '' && !NUMBER.test(view[key])) told.set(key, view[key]);
  }
  return `#${told.toString()}`;
}

/** Whether words or a filter narrow what is found. */
export function isNarrowed({ words, register, theme, provider, type, kind }: View): boolean {
  return [words, register, theme, provider, type, kind].some((value) => value !== '');
}

interface Shown {
  readonly view: View;
  /** Shows another view; `keep`: without a step in the browser's history, as while typing. */
  readonly show: (change: Partial<View>, keep?: boolean) => void;
}

/** The view, from the address and back into it. */
export function useView(): Shown {
  const [view, setView] = useState(() => readView(location.hash));
  useEffect(() => {
    const follow = () => setView(readView(location.hash));
    addEventListener('popstate', follow);
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener('hashchange', follow);
    };
  }, []);
  const show = useCallback(
    (change: Partial<View>, keep = false) =>
      setView((former) => {
        const next = { ...former, ...change };
        const address = `${location.pathname}${hashOf(next)}`;
        if (address !== `${location.pathname}${location.hash}`) {
          if (keep) history.replaceState(null, '', address);
          else history.pushState(null, '', address);
        }
        return next;
      }),
    [],
  );
  return { view, show };
}
