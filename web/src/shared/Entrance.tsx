import { useEffect, useState, type ReactNode } from 'react';
import { Brand } from '../shell/Brand';
import { LanguageSwitch, useLanguage, type Words } from '../shell/language';
import { loadConfig, type Config } from './config';
import { Door } from './door';
import { advise, problemOf, type Problem } from './problem';
import { SignIn } from './SignIn';

type Stage =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'sign_in'; readonly config: Config }
  | { readonly kind: 'open'; readonly config: Config; readonly door: Door };

export interface Entered {
  readonly config: Config;
  readonly door: Door;
  /** Back to the sign-in form; null in the demo, which has none. */
  readonly onLeave: (() => void) | null;
}

interface Props {
  readonly page: Words;
  /** Whether the visit needs a purpose: it does where data is read. */
  readonly asksPurpose: boolean;
  readonly children: (entered: Entered) => ReactNode;
}

function firstStage(config: Config): Stage {
  const [client] = config.clients;
  if (config.mode === 'demo' && client !== undefined) return { kind: 'open', config, door: new Door(config, client) };
  return { kind: 'sign_in', config };
}

/** What stands before every page: its configuration is read, and whoever comes signs in. */
export function Entrance({ page, asksPurpose, children }: Props) {
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
          page={page}
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
          page={page}
          config={stage.config}
          asksPurpose={asksPurpose}
          onOpen={(door) => setStage({ kind: 'open', config: stage.config, door })}
        />
      );
    case 'open': {
      const { config, door } = stage;
      const onLeave = config.mode === 'demo' ? null : () => setStage({ kind: 'sign_in', config });
      return children({ config, door, onLeave });
    }
  }
}

export function Loading() {
  const { say } = useLanguage();
  return (
    <main className="stage">
      <p className="waiting" role="status">
        <span className="turning" aria-hidden="true" />
        {say({ zh: '正在打开页面…', en: 'Opening the page…' })}
      </p>
    </main>
  );
}

interface FailedProps {
  readonly page: Words;
  readonly problem: Problem;
  readonly onRetry: () => void;
}

function Failed({ page, problem, onRetry }: FailedProps) {
  const { say } = useLanguage();
  const advice = advise(problem);
  return (
    <main className="stage">
      <section className="card" role="alert">
        <header className="card-head">
          <Brand page={page} />
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
