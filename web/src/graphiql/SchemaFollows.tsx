import { useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef } from 'react';
import type { SessionState } from './session';

const PAUSE_MS = 400;

/** Where only what can be read is shown, the schema follows the purpose; and it is read anew when that choice changes. */
export function SchemaFollows({ state }: { readonly state: SessionState }) {
  const { introspect } = useGraphiQLActions();
  const { mine, purpose } = state;
  const shown = useRef({ mine, purpose });
  useEffect(() => {
    const former = shown.current;
    if (former.mine === mine && (!mine || former.purpose === purpose)) return undefined;
    const timer = setTimeout(
      () => {
        shown.current = { mine, purpose };
        void introspect();
      },
      former.mine === mine ? PAUSE_MS : 0,
    );
    return () => clearTimeout(timer);
  }, [mine, purpose, introspect]);
  return null;
}
