import { useLanguage } from '../shell/language';
import type { SharingType } from './entries';
import { TYPES } from './words';

/** A sharing type by colour, sign and word. */
export function Mark({ type }: { readonly type: SharingType }) {
  const { say } = useLanguage();
  const words = TYPES[type];
  return (
    <span className={`mark ${words.tone}`} data-type={type}>
      <span aria-hidden="true">{words.sign}</span> {say(words)}
    </span>
  );
}

/** The same, where there is room for the sign alone. */
export function Dot({ type }: { readonly type: SharingType }) {
  const { say } = useLanguage();
  const words = TYPES[type];
  return (
    <span className={`dot ${words.tone}`} role="img" aria-label={say(words)} title={say(words)}>
      {words.sign}
    </span>
  );
}
