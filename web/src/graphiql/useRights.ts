import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react';
import type { Words } from '../shell/language';
import { Refusal } from '../shared/problem';
import { readRights, RIGHTS_OPERATION, RIGHTS_QUERY, type Right } from './rights';
import type { Session } from './session';

/** Typing a purpose asks once, when the typing pauses. */
const PAUSE_MS = 400;
/** More than any catalogue has; a gateway that always says "more" must not be asked for ever. */
const MOST_PAGES = 100;

export type Rights =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'read'; readonly purposeStated: boolean; readonly of: ReadonlyMap<string, Right> }
  | { readonly kind: 'untold'; readonly why: Words };

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error('useSession needs a SessionContext above it');
  return session;
}

/** What the client may read, for the purpose that is stated: asked when first shown, and again when either changes. */
export function useRights(): Rights {
  const session = useSession();
  const { client, purpose } = useSyncExternalStore(session.subscribe, session.state);
  const [rights, setRights] = useState<Rights>({ kind: 'waiting' });
  const [hasAsked, setHasAsked] = useState(false);
  useEffect(() => {
    let wanted = true;
    setRights({ kind: 'waiting' });
    const timer = setTimeout(
      () => {
        setHasAsked(true);
        void readAll(session).then((told) => wanted && setRights(told));
      },
      hasAsked ? PAUSE_MS : 0,
    );
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
    // Whether it was asked before only says how long to wait.
  }, [session, client, purpose]);
  return rights;
}

async function readAll(session: Session): Promise<Rights> {
  const of = new Map<string, Right>();
  let after: string | null = null;
  for (let number = 0; number < MOST_PAGES; number += 1) {
    let answered;
    try {
      answered = await session.ask({ query: RIGHTS_QUERY, operationName: RIGHTS_OPERATION, variables: { after } });
    } catch (error) {
      const message = error instanceof Refusal ? error.message : String(error);
      return { kind: 'untold', why: { zh: message, en: message } };
    }
    const page = readRights(answered);
    if (page === null) {
      const [first] = answered.errors;
      if (first === undefined) return { kind: 'untold', why: { zh: '', en: '' } };
      const { titleZh, message, todo } = first;
      return { kind: 'untold', why: { zh: `${titleZh}。${todo.zh}`, en: `${message}: ${todo.en}` } };
    }
    for (const right of page.rights) of.set(right.coordinate, right);
    after = page.next;
    if (after === null) return { kind: 'read', purposeStated: page.purposeStated, of };
  }
  return { kind: 'untold', why: { zh: '条目过多。', en: 'There are too many entries.' } };
}
