import { useState, type FormEvent } from 'react';
import { Brand } from '../shell/Brand';
import { LanguageSwitch, useLanguage, type Words } from '../shell/language';
import type { Config } from './config';
import { Door } from './door';
import { advise, problemOf, type Problem } from './problem';
import { USES, writePurpose } from './purpose';

interface Props {
  readonly page: Words;
  readonly config: Config;
  readonly asksPurpose: boolean;
  readonly onOpen: (door: Door) => void;
}

/** Asks for a registered client and, where data is read, for the purpose of the visit. Both stay in memory. */
export function SignIn({ page, config, asksPurpose, onOpen }: Props) {
  const { say } = useLanguage();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function open(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '').trim();
    const stated = { matter: field('matter'), use: field('use'), handler: field('handler'), case: field('case') };
    const purpose = asksPurpose ? writePurpose(stated) : '';
    const id = field('client');
    const client = { id, secret: String(form.get('secret') ?? ''), title: id, titleZh: id, purpose };
    const door = new Door(config, client);
    setBusy(true);
    setProblem(null);
    try {
      await door.prove();
      onOpen(door);
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  }

  return (
    <main className="stage">
      <form className="card sign-in" onSubmit={(event) => void open(event)} autoComplete="off">
        <header className="card-head">
          <Brand page={page} />
          <LanguageSwitch />
        </header>

        <fieldset disabled={busy}>
          <legend>{say({ zh: '以谁的身份', en: 'Who asks' })}</legend>
          <label className="field">
            <span>{say({ zh: '客户端标识', en: 'Client id' })}</span>
            <input name="client" required autoFocus spellCheck={false} autoComplete="off" />
          </label>
          <label className="field">
            <span>{say({ zh: '客户端密钥', en: 'Client secret' })}</span>
            <input name="secret" type="password" required autoComplete="off" />
          </label>
        </fieldset>

        {asksPurpose && <PurposeFields busy={busy} />}

        {problem !== null && (
          <div className="notice stop" role="alert">
            <strong>{say(advise(problem).title)}</strong> {say(advise(problem).todo)}
          </div>
        )}

        <div className="sign-in-foot">
          <p>
            {asksPurpose && say({ zh: '身份和用途随每次查询记入台账。', en: 'Identity and purpose are recorded with every query. ' })}
            {say({
              zh: '密钥只留在本页内存中，关闭即清除。',
              en: 'The secret stays in this page’s memory and goes when it closes.',
            })}
          </p>
          <button type="submit" className="button primary" disabled={busy}>
            {busy ? say({ zh: '正在验证…', en: 'Checking…' }) : asksPurpose ? say({ zh: '进入查询', en: 'Open' }) : say({ zh: '进入', en: 'Open' })}
          </button>
        </div>
      </form>
    </main>
  );
}

function PurposeFields({ busy }: { readonly busy: boolean }) {
  const { say } = useLanguage();
  return (
    <fieldset disabled={busy}>
      <legend>{say({ zh: '为了什么', en: 'For what purpose' })}</legend>
      <label className="field">
        <span>{say({ zh: '事项编码', en: 'Matter code' })}</span>
        <input name="matter" required spellCheck={false} />
      </label>
      <label className="field">
        <span>{say({ zh: '使用用途', en: 'Use' })}</span>
        <select name="use" required defaultValue="administrative-basis">
          {USES.map(({ token, words }) => (
            <option key={token} value={token}>{say(words)}</option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{say({ zh: '经办人编号', en: 'Handler' })}</span>
        <input name="handler" required spellCheck={false} />
      </label>
      <label className="field">
        <span>{say({ zh: '办件编号（可不填）', en: 'Case, optional' })}</span>
        <input name="case" spellCheck={false} />
      </label>
    </fieldset>
  );
}
