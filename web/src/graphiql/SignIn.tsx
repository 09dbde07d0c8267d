import { useState, type FormEvent } from 'react';
import { Brand } from '../shell/Brand';
import { Both, LanguageSwitch, useLanguage } from '../shell/language';
import type { Config } from './config';
import { advise, Refusal, type Problem } from './problem';
import { USES, writePurpose } from './purpose';
import { Session } from './session';

interface Props {
  readonly config: Config;
  readonly onOpen: (session: Session) => void;
}

/** Asks for a registered client and the purpose of the visit. Both stay in memory. */
export function SignIn({ config, onOpen }: Props) {
  const { say } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function open(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '').trim();
    const purpose = writePurpose({
      matter: field('matter'),
      use: field('use'),
      handler: field('handler'),
      case: field('case'),
    });
    const id = field('client');
    const client = { id, secret: String(form.get('secret') ?? ''), title: id, titleZh: id, purpose };
    const session = new Session(config, client);
    setBusy(true);
    setProblem(null);
    try {
      await session.signIn();
      onOpen(session);
    } catch (error) {
      setProblem(error instanceof Refusal ? error.problem : { kind: 'unexpected', status: 0 });
      setBusy(false);
    }
  }

  return (
    <main className="stage">
      <form className="card sign-in" onSubmit={(event) => void open(event)} autoComplete="off">
        <header className="card-head">
          <Brand page={{ zh: '政务数据查询 · GraphiQL', en: 'Query page · GraphiQL' }} />
          <LanguageSwitch />
        </header>

        <fieldset disabled={busy}>
          <legend><Both zh="以谁的身份" en="Who asks" /></legend>
          <label className="field">
            <span><Both zh="客户端标识" en="client id" /></span>
            <input name="client" required autoFocus spellCheck={false} autoComplete="off" />
          </label>
          <label className="field">
            <span><Both zh="客户端密钥" en="client secret" /></span>
            <input name="secret" type="password" required autoComplete="off" />
          </label>
        </fieldset>

        <fieldset disabled={busy}>
          <legend><Both zh="为了什么" en="For what purpose" /></legend>
          <label className="field">
            <span><Both zh="事项编码" en="matter code" /></span>
            <input name="matter" required spellCheck={false} />
          </label>
          <label className="field">
            <span><Both zh="使用用途" en="use" /></span>
            <select name="use" required defaultValue="administrative-basis">
              {USES.map(({ token, words }) => (
                <option key={token} value={token}>{say(words)}</option>
              ))}
            </select>
          </label>
          <label className="field">
            <span><Both zh="经办人编号" en="handler" /></span>
            <input name="handler" required spellCheck={false} />
          </label>
          <label className="field">
            <span><Both zh="办件编号（可不填）" en="case, optional" /></span>
            <input name="case" spellCheck={false} />
          </label>
        </fieldset>

        {problem !== null && (
          <div className="notice stop" role="alert">
            <strong>{say(advise(problem).title)}</strong> {say(advise(problem).todo)}
          </div>
        )}

        <div className="sign-in-foot">
          <p>
            {say({
              zh: '身份和用途随每次查询记入台账。密钥只留在本页内存中，关闭即清除。',
              en: 'Identity and purpose are recorded with every query. The secret stays in this page’s memory and goes when it closes.',
            })}
          </p>
          <button type="submit" className="button primary" disabled={busy}>
            {busy ? say({ zh: '正在验证…', en: 'Checking…' }) : say({ zh: '进入查询', en: 'Open' })}
          </button>
        </div>
      </form>
    </main>
  );
}
