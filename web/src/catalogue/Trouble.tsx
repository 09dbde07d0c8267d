import type { Refused } from '../shared/answer';
import { advise } from '../shared/problem';
import { useLanguage } from '../shell/language';
import type { Asked } from './ask';

interface Props {
  readonly asked: Extract<Asked<unknown>, { kind: 'failed' | 'refused' }>;
  readonly onRetry: () => void;
}

/** What went wrong in plain words, what to do, and a way to try again. */
export function Trouble({ asked, onRetry }: Props) {
  const { say } = useLanguage();
  return (
    <div className="trouble" role="alert">
      {asked.kind === 'failed' ? (
        <p>
          <strong>{say(advise(asked.problem).title)}</strong> {say(advise(asked.problem).todo)}
        </p>
      ) : (
        <Refusals refused={asked.refused} />
      )}
      <button type="button" className="button" onClick={onRetry}>{say({ zh: '重试', en: 'Try again' })}</button>
    </div>
  );
}

/** The gateway's own words: title and advice in the reader's language, what is wrong in English. */
export function Refusals({ refused }: { readonly refused: readonly Refused[] }) {
  const { language, say } = useLanguage();
  if (refused.length === 0) return <p>{say({ zh: '没有读到目录。', en: 'The catalogue was not read.' })}</p>;
  return (
    <ul>
      {refused.map((one, index) => (
        <li key={index}>
          <strong>{language === 'zh' ? one.titleZh || one.code : one.code}</strong> <span lang="en">{one.message}</span>{' '}
          <em>{say(one.todo)}</em>
        </li>
      ))}
    </ul>
  );
}
