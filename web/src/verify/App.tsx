import { useId, useState } from 'react';
import { Brand } from '../shell/Brand';
import { Both, LanguageSwitch, useLanguage, type Words } from '../shell/language';
import { LackingError, PUBLISHED, readKeys } from './keys';
import { Result } from './Result';
import { NoReceiptError, verify, type Verdict } from './verify';
import { LACKING, PAGE } from './words';

const NO_RECEIPT: Words = {
  zh: '这不是带签名回执的查询结果。请保存完整的应答（查询时带请求头 Sharing-Receipt: signed）。',
  en: 'This is no answer with a signed receipt. Save the whole answer, asked with the header Sharing-Receipt: signed.',
};
const NO_KEYS: Words = {
  zh: '这不是公布的密钥。请粘贴 /.well-known/jwks.json 的内容。',
  en: 'These are no published keys. Paste what /.well-known/jwks.json shows.',
};
const NOT_FETCHED: Words = {
  zh: '未能取得本站公布的密钥。离线时请粘贴保存的密钥。',
  en: 'The published keys could not be fetched. Offline, paste those that you saved.',
};

type Shown = { readonly verdict: Verdict } | { readonly trouble: Words } | null;

/** An answer and keys, from a file or pasted; nothing of either leaves the page. */
export function App() {
  const { say } = useLanguage();
  const [answer, setAnswer] = useState('');
  const [keys, setKeys] = useState('');
  const [shown, setShown] = useState<Shown>(null);
  const [busy, setBusy] = useState(false);

  async function run() {
    setBusy(true);
    setShown(await result(answer, keys));
    setBusy(false);
  }

  async function fetchKeys() {
    try {
      const answered = await fetch(PUBLISHED, { credentials: 'omit' });
      if (!answered.ok) throw new Error(String(answered.status));
      setKeys(await answered.text());
      setShown(null);
    } catch {
      setShown({ trouble: NOT_FETCHED });
    }
  }

  return (
    <div className="verify">
      <header>
        <Brand page={PAGE} />
        <LanguageSwitch />
      </header>
      <main>
        <form
          className="card"
          onSubmit={(event) => {
            event.preventDefault();
            void run();
          }}
        >
          <Source
            title={{ zh: '查询结果', en: 'The answer' }}
            hint={{ zh: '完整的应答，选择文件或者粘贴', en: 'the whole answer, from a file or pasted' }}
            text={answer}
            onText={(text) => {
              setAnswer(text);
              setShown(null);
            }}
          />
          <Source
            title={{ zh: '公布的密钥', en: 'The published keys' }}
            hint={{ zh: '/.well-known/jwks.json，选择文件或者粘贴', en: '/.well-known/jwks.json, from a file or pasted' }}
            text={keys}
            onText={(text) => {
              setKeys(text);
              setShown(null);
            }}
          >
            <button type="button" className="button" onClick={() => void fetchKeys()}>
              <Both zh="取本站公布的密钥" en="fetch this site's" />
            </button>
          </Source>
          <p className="promise">
            {say({
              zh: '核验在本页内完成，数据不离开本机。',
              en: 'All is verified within this page; nothing leaves this computer.',
            })}
          </p>
          <button type="submit" className="button primary" disabled={busy || answer.trim() === '' || keys.trim() === ''}>
            <Both zh="核验" en="verify" />
          </button>
        </form>
        <section aria-live="polite">
          {shown !== null && ('trouble' in shown ? <p className="verdict care">{say(shown.trouble)}</p> : <Result verdict={shown.verdict} />)}
        </section>
      </main>
    </div>
  );
}

async function result(answer: string, keyText: string): Promise<Shown> {
  let keys;
  try {
    keys = readKeys(keyText);
  } catch {
    return { trouble: NO_KEYS };
  }
  try {
    return { verdict: await verify(answer, keys) };
  } catch (problem) {
    // nested so deeply that it cannot be walked: no answer is
    if (problem instanceof NoReceiptError || problem instanceof RangeError) return { trouble: NO_RECEIPT };
    if (problem instanceof LackingError) return { trouble: LACKING[problem.what] };
    if (globalThis.crypto?.subtle === undefined) return { trouble: LACKING.secure };
    throw problem;
  }
}

interface SourceProps {
  readonly title: Words;
  readonly hint: Words;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly children?: React.ReactNode;
}

function Source({ title, hint, text, onText, children }: SourceProps) {
  const { say } = useLanguage();
  const id = useId();
  return (
    <div className="source">
      <label htmlFor={id}>
        <strong>
          <Both {...title} />
        </strong>{' '}
        <span>{say(hint)}</span>
      </label>
      <div className="ways">
        <input
          type="file"
          aria-label={`${say(title)} · ${say({ zh: '选择文件', en: 'choose a file' })}`}
          accept=".json,application/json"
          onChange={(event) => void event.target.files?.[0]?.text().then(onText)}
        />
        {children}
      </div>
      <textarea id={id} rows={7} spellCheck={false} value={text} onChange={(event) => onText(event.target.value)} />
    </div>
  );
}
