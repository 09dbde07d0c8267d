import type { VerdictWords } from './words';

const PATHS: Record<VerdictWords['sign'], string> = {
  done: 'M5 12.5l4.5 4.5L19 7.5',
  apply: 'M12 19V6M6.5 11.5L12 6l5.5 5.5',
  offer: 'M5 13h3l2 4h4l2-4h3M12 4v8M8.5 9L12 12.5 15.5 9',
  reason: 'M12 6v8M12 17.5v.5',
  submit: 'M7 4h7l4 4v12H7zM10 12h5M10 16h5',
};

/** A verdict's sign; the words beside it say the same. */
export function Sign({ sign }: { readonly sign: VerdictWords['sign'] }) {
  return (
    <svg className="sign" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path d={PATHS[sign]} fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
