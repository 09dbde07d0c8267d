import { Alert, Button } from 'antd';
import type { Refused } from '../shared/answer';
import { headed } from '../shared/in_words';
import { advise } from '../shared/problem';
import { useLanguage } from '../shell/language';
import type { Asked } from './ask';

interface Props {
  readonly asked: Asked<unknown>;
  readonly onRetry?: (() => void) | undefined;
}

/** What went wrong in plain words, what to do, and a way to try again; nothing where nothing did. */
export function Trouble({ asked, onRetry }: Props) {
  const { say } = useLanguage();
  if (asked.kind !== 'failed' && asked.kind !== 'refused') return null;
  const told =
    asked.kind === 'failed'
      ? { title: say(advise(asked.problem).title), body: say(advise(asked.problem).todo) }
      : { title: say({ zh: '网关没有受理。', en: 'The gateway refused.' }), body: <Refusals refused={asked.refused} /> };
  return (
    <Alert
      className="trouble"
      type="error"
      showIcon
      title={told.title}
      description={told.body}
      action={
        onRetry && (
          <Button onClick={onRetry}>{say({ zh: '重试', en: 'Try again' })}</Button>
        )
      }
    />
  );
}

/** The gateway's own words, each of them once. Its messages are English: in Chinese they are kept below title and advice. */
export function Refusals({ refused }: { readonly refused: readonly Refused[] }) {
  const { language, say } = useLanguage();
  const told = [...new Map(refused.map((one) => [`${one.code} ${one.message}`, one])).values()];
  if (told.length === 0) return <p>{say({ zh: '没有得到答复。', en: 'There was no answer.' })}</p>;
  return (
    <ul className="refusals">
      {told.map((one) => (
        <li key={`${one.code} ${one.message}`}>
          {language === 'zh' ? <InChinese told={one} /> : (
            <>
              {headed(one.message)}. <em>{headed(one.todo.en)}</em> <code>{one.code}</code>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function InChinese({ told }: { readonly told: Refused }) {
  const { code, titleZh, message, todo } = told;
  return (
    <>
      <strong>{titleZh || '请求未被受理'}</strong>
      {todo.zh && `：${todo.zh}`}
      <details className="original">
        <summary>网关原文</summary>
        <span lang="en">
          <code>{code}</code> {message}. {todo.en}
        </span>
      </details>
    </>
  );
}
