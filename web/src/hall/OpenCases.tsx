import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useLanguage } from '../shell/language';
import { useAnnounce } from './announce';
import { WAITING, type Asked } from './ask';
import type { ServiceCase } from './questions';
import type { Desk } from './useDesk';
import { focusOn } from './useShortcuts';
import { clock } from './words';

/** The handler's cases under way: each can be resumed from here. */
export function OpenCases({ desk }: { readonly desk: Desk }) {
  const { say } = useLanguage();
  const announce = useAnnounce();
  const [asked, setAsked] = useState<Asked<{ readonly cases: readonly ServiceCase[] }>>(WAITING);
  const { questions, draft } = desk;

  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(() => void questions.openCases(draft.handler.trim()).then((told) => wanted && setAsked(told)), 250);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [questions, draft.handler]);

  if (asked.kind !== 'read' || asked.value.cases.length === 0) return null;
  async function resume(number: string) {
    const told = await desk.resume(number);
    if (told.kind !== 'read') return;
    announce(say({ zh: `已调取办件 ${number}`, en: `Case ${number} is resumed` }));
    focusOn('run');
  }
  return (
    <section className="open-cases" aria-labelledby="open-cases-title">
      <h3 id="open-cases-title">{say({ zh: `经办人 ${draft.handler} 的在办件`, en: `Open cases of ${draft.handler}` })}</h3>
      <ul>
        {asked.value.cases.map((one) => (
          <li key={one.number}>
            <code>{one.number}</code>
            <span>{one.matter}</span>
            <time className="quiet" dateTime={one.openedAt}>{clock(one.openedAt)}</time>
            <Button size="small" aria-label={say({ zh: `调取办件 ${one.number}`, en: `Resume case ${one.number}` })} onClick={() => void resume(one.number)}>
              {say({ zh: '调取', en: 'Resume' })}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
