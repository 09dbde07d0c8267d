import { Alert, Button, Empty, Skeleton } from 'antd';
import { useState, type KeyboardEvent } from 'react';
import { headed } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import { CaseActions } from './CaseActions';
import { counts, unavailable, type Check } from './check';
import { Line } from './Line';
import { Listed } from './Listed';
import { OpenCases } from './OpenCases';
import { PrintMenu } from './PrintMenu';
import { Sign } from './Signs';
import { Refusals, Trouble } from './Trouble';
import type { Desk } from './useDesk';
import { clock, VERDICTS } from './words';

/** What the registers tell: nothing yet, on its way, refused, in part, or a line for each material. */
export function Results({ desk }: { readonly desk: Desk }) {
  const { say } = useLanguage();
  const { check, former } = desk;
  const isWaiting = check.kind === 'waiting';
  return (
    <section className="results" aria-labelledby="results-title" aria-busy={isWaiting}>
      <header className="results-head">
        <h2 id="results-title" tabIndex={-1}>{say({ zh: '核验结果', en: 'Results' })}</h2>
        {former !== null && (
          <div className="results-actions">
            <PrintMenu desk={desk} check={former} />
            <CaseActions desk={desk} />
            <Button aria-keyshortcuts="Alt+N" onClick={desk.next}>
              {say({ zh: '下一位', en: 'Next person' })} <kbd>Alt N</kbd>
            </Button>
          </div>
        )}
      </header>
      {isWaiting && (
        <p className="waiting">
          <span className="turning" aria-hidden="true" />
          {say({ zh: '正在向各登记库核验…', en: 'Asking the registers…' })}
        </p>
      )}
      <div role="alert">
        <Trouble asked={check} onRetry={() => void desk.run()} />
      </div>
      {former !== null ? (
        <Told desk={desk} check={former} isOld={isWaiting || desk.stale} />
      ) : isWaiting ? (
        <div className="skeletons" aria-hidden="true">
          {[1, 2, 3, 4].map((one) => (
            <Skeleton key={one} active title={{ width: '40%' }} paragraph={{ rows: 1 }} />
          ))}
        </div>
      ) : (
        check.kind === 'idle' && <Nothing desk={desk} />
      )}
    </section>
  );
}

/** Before the first check: what to do, and what is under way. */
function Nothing({ desk }: { readonly desk: Desk }) {
  const { say } = useLanguage();
  return (
    <div className="nothing">
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          desk.matter === null
            ? say({ zh: '先选择事项，再录入或扫描证件号码。', en: 'Choose a matter, then enter or scan the codes.' })
            : say({ zh: '录入或扫描当事人证件号码，然后核验材料。', en: 'Enter or scan the codes, then check the materials.' })
        }
      >
        <p className="hint">
          {say({
            zh: '能从登记库取得的材料，不得再要求当事人提交（第16条第2款）。',
            en: 'What the registers can give is not to be asked of the citizen again (Art. 16 ¶2).',
          })}
        </p>
      </Empty>
      {desk.matter === null ? <OpenCases desk={desk} /> : <Listed matter={desk.matter} situations={desk.draft.situations} />}
    </div>
  );
}

interface ToldProps {
  readonly desk: Desk;
  readonly check: Check;
  readonly isOld: boolean;
}

function Told({ desk, check, isOld }: ToldProps) {
  const { language, say } = useLanguage();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const away = unavailable(check);
  const allOpen = check.materials.every((one) => opened.has(one.code));

  function turn(code: string) {
    const next = new Set(opened);
    if (!next.delete(code)) next.add(code);
    setOpened(next);
  }
  /** Arrows lead from head to head, as in an accordion. */
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
      <div className="about">
        <p className="about-matter">
          {check.matter} {say({ zh: check.title, en: headed(check.titleEn) })}
          <span className="quiet">{say({ zh: `第${check.version}版`, en: `version ${check.version}` })}</span>
        </p>
        <dl className="facts-line">
          <Fact name={say({ zh: '核验时间', en: 'Checked' })}><time dateTime={check.checkedAt}>{clock(check.checkedAt)}</time></Fact>
          {check.case !== null && <Fact name={say({ zh: '办件', en: 'Case' })}><code>{check.case}</code></Fact>}
          {check.comparedWith !== null && (
            <Fact name={say({ zh: '对比上次', en: 'Compared with' })}><time dateTime={check.comparedWith}>{clock(check.comparedWith)}</time></Fact>
          )}
          <Fact name={say({ zh: '回执', en: 'Receipt' })}><code className="receipt">{check.receipt}</code></Fact>
        </dl>
      </div>
      {desk.stale && (
        <Alert
          type="warning"
          showIcon
          title={say({ zh: '录入内容已改动，下面是改动前的结果。请重新核验。', en: 'The entries have changed since. Check again.' })}
        />
      )}
      {away.length > 0 && (
        <Alert
          className="partly"
          type="warning"
          showIcon
          title={say({
            zh: `部分来源没有答复：${away.map((one) => one.title).join('、')}`,
            en: `Some sources did not answer: ${away.map((one) => one.titleEn).join(', ')}`,
          })}
          description={say({
            zh: '其余结果有效，业务照常办理；可稍后重新核验。',
            en: 'The rest stands, business goes on; check again later.',
          })}
        />
      )}
      {desk.check.kind === 'read' && away.length === 0 && desk.check.refused.length > 0 && <Refusals refused={desk.check.refused} />}
      <div className="summary">
        <ul aria-label={say({ zh: '结论汇总', en: 'Summary of the verdicts' })}>
          {[...counts(check)].map(([verdict, count]) => (
            <li key={verdict} className={`chip ${VERDICTS[verdict].tone}`}>
              <Sign sign={VERDICTS[verdict].sign} /> {say(VERDICTS[verdict])} <b>{count}</b>
            </li>
          ))}
        </ul>
        <Button
          id="all-lines"
          size="small"
          aria-keyshortcuts="Alt+A"
          onClick={() => setOpened(new Set(allOpen ? [] : check.materials.map((one) => one.code)))}
        >
          {allOpen ? say({ zh: '全部收起', en: 'Close all' }) : say({ zh: '全部展开', en: 'Open all' })}
        </Button>
      </div>
      <ol className="lines" data-old={isOld || undefined} onKeyDown={move} lang={language === 'zh' ? 'zh-CN' : 'en'}>
        {check.materials.map((material) => (
          <Line
            key={material.code}
            desk={desk}
            material={material}
            isOpen={opened.has(material.code)}
            onTurn={() => turn(material.code)}
          />
        ))}
      </ol>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
