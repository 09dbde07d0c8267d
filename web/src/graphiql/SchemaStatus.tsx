import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useLanguage } from '../shell/language';
import { readAnswer } from './outcomes';
import { advise, type Problem } from '../shared/problem';

/** One line under the top bar: the schema is on its way, or what went wrong and what to do. */
export function SchemaStatus({ problem }: { readonly problem: Problem | null }) {
  const { say } = useLanguage();
  const { introspect } = useGraphiQLActions();
  const { fetchError, isIntrospecting, hasSchema } = useGraphiQL((store) => ({
    fetchError: store.fetchError,
    isIntrospecting: store.isIntrospecting,
    hasSchema: Boolean(store.schema),
  }));

  if (problem !== null) {
    const advice = advise(problem);
    return (
      <div className="status-line stop" role="alert">
        <p><strong>{say(advice.title)}</strong> {say(advice.todo)}</p>
        <button type="button" className="button" onClick={() => void introspect()} disabled={isIntrospecting}>
          {say({ zh: '重试', en: 'Try again' })}
        </button>
      </div>
    );
  }
  if (isIntrospecting && !hasSchema) {
    return (
      <div className="status-line" role="status">
        <span className="turning" aria-hidden="true" />
        <p>{say({ zh: '正在读取数据结构…', en: 'Reading the schema…' })}</p>
      </div>
    );
  }
  if (fetchError !== null) {
    const [first] = readAnswer(fetchError)?.errors ?? [];
    const detail = first === undefined ? '' : say({ zh: `${first.titleZh} ${first.message}`, en: first.message });
    return (
      <div className="status-line care" role="alert">
        <p>
          <strong>{say({ zh: '读不到数据结构。', en: 'The schema could not be read.' })}</strong> {detail} {first && say(first.todo)}
        </p>
        <button type="button" className="button" onClick={() => void introspect()} disabled={isIntrospecting}>
          {say({ zh: '重试', en: 'Try again' })}
        </button>
      </div>
    );
  }
  return null;
}
