import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { headed } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import { useAnnounce } from './announce';
import { WAITING, type Asked } from './ask';
import type { ServiceCase } from './questions';
import type { Desk } from './useDesk';
import { focusOn } from './useShortcuts';
import { clock } from './words';

/** The department's cases under way, the handler's own first: each can be resumed from here. */
export function OpenCases({ desk }: { readonly desk: Desk }) {
  const { say } = useLanguage();
  const announce = useAnnounce();
  const [asked, setAsked] = useState<Asked<{ readonly cases: readonly ServiceCase[] }>>(WAITING);
  const { questions, draft, matters } = desk;

  useEffect(() => {
    let wanted = true;
    void questions.openCases().then((told) => wanted && setAsked(told));
    return () => {
      wanted = false;
    };
  }, [questions]);

  if (asked.kind !== 'read' || asked.value.cases.length === 0) return null;
  const isOwn = (one: ServiceCase) => one.handler === draft.handler.trim();
  const cases = [...asked.value.cases.filter(isOwn), ...asked.value.cases.filter((one) => !isOwn(one))];
  const titleOf = (code: string) => {
    const matter = matters.kind === 'read' ? matters.value.find((one) => one.code === code) : undefined;
    return matter === undefined ? code : `${code} ${say({ zh: matter.title, en: headed(matter.titleEn) })}`;
  };
  async function resume(number: string) {
    const told = await desk.resume(number);
    if (told.kind !== 'read') return;
    announce(say({ zh: `已调取办件 ${number}`, en: `Case ${number} is resumed` }));
    focusOn('run');
  }
  return (
    <section className="open-cases" aria-labelledby="open-cases-title">
      <h3 id="open-cases-title">{say({ zh: '本单位在办件', en: 'Cases under way' })}</h3>
      <ul>
        {cases.map((one) => (
          <li key={one.number}>
            <code>{one.number}</code>
            <span className="case-matter">{titleOf(one.matter)}</span>
            <span className="quiet">
              {one.handler} · <time dateTime={one.openedAt}>{clock(one.openedAt)}</time>
            </span>
            <Button size="small" aria-label={say({ zh: `调取办件 ${one.number}`, en: `Resume case ${one.number}` })} onClick={() => void resume(one.number)}>
              {say({ zh: '调取', en: 'Resume' })}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
