import { lazy, Suspense, useEffect, useState } from 'react';
import { Brand } from '../shell/Brand';
import { LanguageSwitch, useLanguage } from '../shell/language';
import { loadConfig, type Config } from './config';
import { advise, Refusal, type Problem } from './problem';
import { Session } from './session';
import { SignIn } from './SignIn';

// The editor is large; the first screen does not wait for it.
const Workbench = lazy(() => import('./Workbench'));

type Stage =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'sign_in'; readonly config: Config }
  | { readonly kind: 'open'; readonly config: Config; readonly session: Session };

function firstStage(config: Config): Stage {
  const [client] = config.clients;
  if (config.mode === 'demo' && client !== undefined) {
    return { kind: 'open', config, session: new Session(config, client) };
  }
  return { kind: 'sign_in', config };
}

const problemOf = (error: unknown): Problem =>
  error instanceof Refusal ? error.problem : { kind: 'unexpected', status: 0 };

export function App() {
  const [stage, setStage] = useState<Stage>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let wanted = true;
    loadConfig().then(
      (config) => wanted && setStage(firstStage(config)),
      (error: unknown) => wanted && setStage({ kind: 'failed', problem: problemOf(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [attempt]);

  switch (stage.kind) {
    case 'loading':
      return <Loading />;
    case 'failed':
      return (
        <Failed
          problem={stage.problem}
          onRetry={() => {
            setStage({ kind: 'loading' });
            setAttempt(attempt + 1);
          }}
        />
      );
    case 'sign_in':
      return (
        <SignIn
          config={stage.config}
          onOpen={(session) => setStage({ kind: 'open', config: stage.config, session })}
        />
      );
    case 'open': {
      const { config, session } = stage;
      const leave = config.mode === 'demo' ? null : () => setStage({ kind: 'sign_in', config });
      return (
        <Suspense fallback={<Loading />}>
          <Workbench config={config} session={session} onLeave={leave} />
        </Suspense>
      );
    }
  }
}

function Loading() {
  const { say } = useLanguage();
  return (
    <main className="stage">
      <p className="waiting" role="status">
        <span className="turning" aria-hidden="true" />
        {say({ zh: '正在打开查询页面…', en: 'Opening the query page…' })}
      </p>
    </main>
  );
}

function Failed({ problem, onRetry }: { readonly problem: Problem; readonly onRetry: () => void }) {
  const { say } = useLanguage();
  const advice = advise(problem);
  return (
    <main className="stage">
      <section className="card" role="alert">
        <header className="card-head">
          <Brand page={{ zh: '政务数据查询 · GraphiQL', en: 'Query page · GraphiQL' }} />
          <LanguageSwitch />
        </header>
        <h2>{say(advice.title)}</h2>
        <p className="card-text">{say(advice.todo)}</p>
        <button type="button" className="button primary" onClick={onRetry}>
          {say({ zh: '重试', en: 'Try again' })}
        </button>
      </section>
    </main>
  );
}
