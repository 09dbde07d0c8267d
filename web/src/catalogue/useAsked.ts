import { useCallback, useEffect, useState } from 'react';
import type { Door } from '../shared/door';
import { askPage, askResource, type Asked } from './ask';
import type { Hit, Page, ResourceEntries } from './entries';
import type { View } from './view';

interface Found {
  readonly asked: Asked<Page>;
  /** The last page that was read, to stand there while the next is on its way. */
  readonly former: Page | null;
  readonly again: () => void;
  readonly more: () => void;
  readonly isLoadingMore: boolean;
}

const WAITING = { kind: 'waiting' } as const;
/** A page asked for while typing waits until the typing does. */
const PAUSE_MS = 180;

/** What stands under the view's words and filters, read anew when they change. */
export function useFound(door: Door, view: View): Found {
  const { words, register, theme, provider, type, kind } = view;
  const sought = JSON.stringify({ words, register, theme, provider, type, kind });
  const [asked, setAsked] = useState<Asked<Page>>(WAITING);
  const [former, setFormer] = useState<Page | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [isLoadingMore, setLoadingMore] = useState(false);

  useEffect(() => {
    let wanted = true;
    setAsked(WAITING);
    const timer = setTimeout(async () => {
      const told = await askPage(door, view, null);
      if (!wanted) return;
      setAsked(told);
      if (told.kind === 'read') setFormer(told.value);
    }, former === null ? 0 : PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
    // Not on the whole view: what else is in it chooses what is shown beside.
  }, [door, sought, attempt]);

  async function more() {
    if (asked.kind !== 'read') return;
    const { value } = asked;
    setLoadingMore(true);
    const next = await askPage(door, view, value.endCursor);
    setLoadingMore(false);
    setAsked((now) => {
      if (now !== asked || next.kind !== 'read') return next.kind === 'read' ? now : next;
      const entries: readonly Hit[] = [...value.entries, ...next.value.entries];
      return { ...next, value: { ...next.value, entries } };
    });
  }

  return { asked, former, again: useCallback(() => setAttempt((last) => last + 1), []), more: () => void more(), isLoadingMore };
}

interface Told {
  readonly asked: Asked<ResourceEntries | null>;
  readonly again: () => void;
}

/** A resource with its entries, read when another is chosen. */
export function useResource(door: Door, name: string): Told {
  const [asked, setAsked] = useState<Asked<ResourceEntries | null>>(WAITING);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let wanted = true;
    setAsked(WAITING);
    void askResource(door, name).then((told) => wanted && setAsked(told));
    return () => {
      wanted = false;
    };
  }, [door, name, attempt]);
  return { asked, again: useCallback(() => setAttempt((last) => last + 1), []) };
}
