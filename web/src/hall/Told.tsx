import { Alert, Button } from 'antd';
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { headed } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import { counts, materialsOf, nameOf, unavailable, type Check, type Material } from './check';
import { Line } from './Line';
import { Sign } from './Signs';
import { Refusals } from './Trouble';
import type { Desk } from './useDesk';
import { clock, VERDICTS } from './words';

interface Props {
  readonly desk: Desk;
  /** One for each matter that was checked; all stand in one entry. */
  readonly checks: readonly Check[];
  readonly isOld: boolean;
}

/** With which check of the case this one is compared; of several matters each with its own. */
const comparedWords = (matter: string | null) =>
  matter === null ? { zh: '对比上次', en: 'Compared with' } : { zh: `${matter} 对比上次`, en: `${matter} compared with` };

/** What was told, by matter: a line for each material. */
export function Told({ desk, checks, isOld }: Props) {
  const { language, say } = useLanguage();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const materials = materialsOf(checks);
  const away = unavailable(materials);
  const allOpen = materials.every((one) => opened.has(nameOf(one)));
  const [first] = checks;
  if (first === undefined) return null;

  function turn(name: string) {
    const next = new Set(opened);
    if (!next.delete(name)) next.add(name);
    setOpened(next);
  }
  /** Arrows lead from head to head, as in an accordion, also from one matter to the next. */
  function move(event: KeyboardEvent<HTMLElement>) {
    const heads = [...event.currentTarget.querySelectorAll<HTMLElement>('.line-head')];
    const at = heads.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: heads.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    heads[to]?.focus();
  }

  return (
    <>
      <dl className="facts-line">
        <Fact name={say({ zh: '核验时间', en: 'Checked' })}><time dateTime={first.checkedAt}>{clock(first.checkedAt)}</time></Fact>
        {first.case !== null && <Fact name={say({ zh: '办件', en: 'Case' })}><code>{first.case}</code></Fact>}
        {checks.map(
          ({ matter, comparedWith }) =>
            comparedWith !== null && (
              <Fact key={matter} name={say(comparedWords(checks.length > 1 ? matter : null))}>
                <time dateTime={comparedWith}>{clock(comparedWith)}</time>
              </Fact>
            ),
        )}
        <Fact name={say({ zh: '回执', en: 'Receipt' })}><code className="receipt">{first.receipt}</code></Fact>
      </dl>
      {desk.stale && (
        <Alert
          type="warning"
          showIcon
          title={say({ zh: '录入内容已改动，下面是改动前的结果。请重新核验。', en: 'The entries have changed since. Check again.' })}
        />
      )}
      {away.length > 0 && <Away away={away} />}
      {desk.check.kind === 'read' && away.length === 0 && desk.check.refused.length > 0 && (
        <Alert
          className="partly"
          type="warning"
          showIcon
          title={say({ zh: '有一部分没有读到。', en: 'Something could not be read.' })}
          description={<Refusals refused={desk.check.refused} />}
        />
      )}
      <div className="summary">
        <ul aria-label={say({ zh: '结论汇总', en: 'Summary of the verdicts' })}>
          {[...counts(materials)].map(([verdict, count]) => (
            <li key={verdict} className={`chip ${VERDICTS[verdict].tone}`}>
              <Sign sign={VERDICTS[verdict].sign} /> {say(VERDICTS[verdict])} <b>{count}</b>
            </li>
          ))}
        </ul>
        <Button
          id="all-lines"
          size="small"
          aria-keyshortcuts="Alt+A"
          onClick={() => setOpened(new Set(allOpen ? [] : materials.map(nameOf)))}
        >
          {allOpen ? say({ zh: '全部收起', en: 'Close all' }) : say({ zh: '全部展开', en: 'Open all' })}
        </Button>
      </div>
      <div className="told-matters" data-old={isOld || undefined} onKeyDown={move} lang={language === 'zh' ? 'zh-CN' : 'en'}>
        {checks.map((check) => (
          <section key={check.matter} className="told-matter" data-matter={check.matter} aria-labelledby={`told-${check.matter}`}>
            <h3 id={`told-${check.matter}`} className="about-matter">
              {check.matter} {say({ zh: check.title, en: headed(check.titleEn) })}
              <span className="quiet">{say({ zh: `第${check.version}版`, en: `version ${check.version}` })}</span>
              {checks.length > 1 && (
                <span className="quiet">{say({ zh: `${check.materials.length}项材料`, en: `${check.materials.length} materials` })}</span>
              )}
            </h3>
            {desk.opened !== null && !desk.isOfCase(check.matter) && (
              <p className="hint">
                {say({
                  zh: '当事人与办件所载的不同：本事项的核验和收取不记入办件；需要记录的，以本事项另行开办。',
                  en: 'Its subjects are not those of the case: nothing is kept of this matter; open a case for it.',
                })}
              </p>
            )}
            <ol className="lines">
              {check.materials.map((material) => (
                <Line
                  key={material.code}
                  desk={desk}
                  material={material}
                  isOpen={opened.has(nameOf(material))}
                  onTurn={() => turn(nameOf(material))}
                />
              ))}
            </ol>
          </section>
        ))}
      </div>
    </>
  );
}

/** Some registers did not answer: which materials that touches, and whose registers they are. */
function Away({ away }: { readonly away: readonly Material[] }) {
  const { say } = useLanguage();
  const zh = [...new Set(away.map((one) => one.title))].join('、');
  const en = [...new Set(away.map((one) => one.titleEn))].join(', ');
  return (
    <Alert
      className="partly"
      type="warning"
      showIcon
      title={say({ zh: `部分来源没有答复：${zh}`, en: `Some sources did not answer: ${en}` })}
      description={say({
        zh: '其余结果有效，业务照常办理；可稍后重新核验。',
        en: 'The rest stands, business goes on; check again later.',
      })}
    />
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
