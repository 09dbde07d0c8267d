import { useGraphiQL } from '@graphiql/react';
import { useMemo, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { Both, useLanguage } from '../shell/language';
import { readAnswer, type Answer } from './outcomes';
import { OutcomeTable } from './OutcomeTable';
import type { Session, SessionState } from './session';
import type { Refused } from '../shared/answer';
import { articleWords } from '../shared/articles';
import { outcomeWords } from './words';

const STEP_PX = 32;
const LEAST_PX = 120;
const clamp = (height: number) => Math.min(Math.max(height, LEAST_PX), Math.round(window.innerHeight * 0.6));

interface Props {
  readonly session: Session;
  readonly state: SessionState;
}

/** What became of each item of the active tab's last answer. */
export function SharingPanel({ session, state }: Props) {
  const { say } = useLanguage();
  const response = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.response ?? null);
  const answer = useMemo(() => readAnswer(response), [response]);
  const [open, setOpen] = useState(true);
  const [height, setHeight] = useState(() => clamp(Math.round(window.innerHeight * 0.25)));

  return (
    <section className="sharing" aria-label={say({ zh: '共享结果', en: 'Sharing' })}>
      {open && <Divider height={height} onHeight={setHeight} />}
      <header className="sharing-head">
        <button
          type="button"
          className="sharing-title"
          aria-expanded={open}
          aria-controls="sharing-body"
          onClick={() => setOpen(!open)}
        >
          <span className="chevron" aria-hidden="true">{open ? '▾' : '▸'}</span>
          <Both zh="共享结果" en="Sharing" />
        </button>
        {answer !== null && <Counts answer={answer} />}
        <span className="grow" />
        {answer !== null && <Facts answer={answer} state={state} />}
        <label className="explain">
          <input
            type="checkbox"
            checked={state.explainAll}
            onChange={(event) => session.setExplainAll(event.target.checked)}
          />
          {say({ zh: '也列出已共享的', en: 'list shared items too' })}
        </label>
      </header>
      {open && (
        <div className="sharing-body" id="sharing-body" style={{ height }} tabIndex={-1}>
          <Body answer={state.problem === null ? answer : null} />
        </div>
      )}
    </section>
  );
}

function Divider({ height, onHeight }: { readonly height: number; readonly onHeight: (height: number) => void }) {
  const { say } = useLanguage();
  function drag(event: PointerEvent<HTMLDivElement>) {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    onHeight(clamp(height - event.movementY));
  }
  function key(event: KeyboardEvent) {
    const step = { ArrowUp: STEP_PX, ArrowDown: -STEP_PX }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onHeight(clamp(height + step));
  }
  return (
    <div
      className="sharing-divider"
      role="separator"
      aria-orientation="horizontal"
      aria-label={say({ zh: '调整共享结果的高度', en: 'Resize the sharing panel' })}
      aria-valuenow={height}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={key}
    />
  );
}

function Counts({ answer }: { readonly answer: Answer }) {
  const { say } = useLanguage();
  const counts = new Map<string, number>();
  for (const { outcome } of answer.outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return (
    <span className="counts">
      {[...counts].map(([code, count]) => {
        const words = outcomeWords(code);
        return (
          <span key={code} className={`chip ${words.tone}`}>
            <span aria-hidden="true">{words.sign}</span> {say(words)} {count}
          </span>
        );
      })}
    </span>
  );
}

/** Receipt, and to whom the answer was given: it may be an earlier client than the one chosen now. */
function Facts({ answer, state }: { readonly answer: Answer; readonly state: SessionState }) {
  const { language, say } = useLanguage();
  if (answer.receipt === null) return null;
  const client = state.answeredTo.get(answer.receipt);
  return (
    <span className="facts">
      {client !== undefined && (
        <span>
          {say({ zh: '答复给', en: 'answered to' })} <b>{language === 'zh' ? client.titleZh : client.title}</b>
        </span>
      )}
      <span>
        {say({ zh: '回执', en: 'receipt' })} <code title={answer.receipt}>{answer.receipt}</code>
      </span>
    </span>
  );
}

function Body({ answer }: { readonly answer: Answer | null }) {
  const { say } = useLanguage();
  if (answer === null) {
    return (
      <p className="empty">
        {say({
          zh: '运行查询后，这里逐项说明：哪些信息项给了、脱敏了、没有给，依据哪一条，由谁决定，怎样申请。',
          en: 'Run a query: each item is then explained here: delivered, masked or withheld, under which article, who decides, how to apply.',
        })}
      </p>
    );
  }
  return (
    <>
      {answer.errors.length > 0 && <Errors errors={answer.errors} />}
      {answer.outcomes.length > 0 && <OutcomeTable outcomes={answer.outcomes} />}
      {answer.outcomes.length === 0 && answer.errors.length === 0 && (
        <p className="empty">
          {answer.hasSharing && answer.hasData
            ? say({ zh: '所问各项都已答复，没有保留。', en: 'Every item asked for was answered without reserve.' })
            : say({ zh: '这个答复不含共享数据（例如只查了数据结构）。', en: 'This answer holds no shared data (schema only, for example).' })}
        </p>
      )}
      {answer.asOf.length > 0 && <AsOf asOf={answer.asOf} />}
    </>
  );
}

function Errors({ errors }: { readonly errors: readonly Refused[] }) {
  const { language, say } = useLanguage();
  return (
    <ul className="refused">
      {errors.map((error, index) => (
        <li key={index} className="notice stop">
          {error.code !== '' && <code>{error.code}</code>}
          {error.path !== '' && <code className="quiet">{error.path}</code>}
          {language === 'zh' && error.titleZh !== '' && <strong>{error.titleZh}</strong>}
          <span>{error.message}</span>
          {error.article !== '' && <span>{say(articleWords(error.article))}</span>}
          <em>{say(error.todo)}</em>
        </li>
      ))}
    </ul>
  );
}

function AsOf({ asOf }: { readonly asOf: Answer['asOf'] }) {
  const { language, say } = useLanguage();
  const clock = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'Asia/Shanghai', // the registers' own time, wherever the reader sits
  });
  const shown = (time: string) => (Number.isNaN(Date.parse(time)) ? time : clock.format(new Date(time)));
  return (
    <p className="as-of">
      <span>{say({ zh: '数据截至', en: 'as of' })}</span>
      {asOf.map(([source, time]) => (
        <span key={source}>
          <b>{source}</b> <time dateTime={time}>{shown(time)}</time>
        </span>
      ))}
    </p>
  );
}
