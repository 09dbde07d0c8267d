import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useId } from 'react';
import { Brand } from '../shell/Brand';
import { Both, LanguageSwitch, useLanguage } from '../shell/language';
import type { Config } from '../shared/config';
import { readPurpose, type Purpose } from '../shared/purpose';
import type { Session, SessionState } from './session';

interface Props {
  readonly config: Config;
  readonly session: Session;
  readonly state: SessionState;
  readonly onLeave: (() => void) | null;
}

/** Who asks and for what: both go with every request. */
export function TopBar({ config, session, state, onLeave }: Props) {
  const { say } = useLanguage();
  return (
    <header className="top-bar">
      <Brand page={{ zh: '问登记簿，不问老百姓', en: 'Ask the register, not the citizen' }} />
      {onLeave === null ? (
        <ClientChoice config={config} session={session} state={state} />
      ) : (
        <SignedIn id={state.client.id} onLeave={onLeave} />
      )}
      <PurposeField session={session} text={state.purpose} />
      <a className="top-link" href="./hall">{say({ zh: '受理窗口', en: 'Counter' })}</a>
      <a className="top-link" href="./catalogue">{say({ zh: '共享目录', en: 'Catalogue' })}</a>
      <LanguageSwitch />
    </header>
  );
}

function ClientChoice({ config, session, state }: Omit<Props, 'onLeave'>) {
  const { language, say } = useLanguage();
  const { introspect, run } = useGraphiQLActions();
  const answered = useGraphiQL(({ tabs, activeTabIndex }) => Boolean(tabs[activeTabIndex]?.response));

  /** The same question, asked by somebody else: their schema, and their answer where one stood. */
  function change(id: string) {
    const client = config.clients.find((one) => one.id === id);
    if (client === undefined) return;
    session.become(client);
    void introspect();
    if (answered) void run();
  }

  return (
    <label className="field top-client">
      <span><Both zh="以谁的身份" en="client" /></span>
      <select
        value={state.client.id}
        title={say({ zh: '换一个客户端，看同一个查询如何答复别人', en: 'Choose another client to see how it is answered' })}
        onChange={(event) => change(event.target.value)}
      >
        {config.clients.map((one) => (
          <option key={one.id} value={one.id}>
            {language === 'zh' ? one.titleZh : one.title} · {one.id}
          </option>
        ))}
      </select>
    </label>
  );
}

function SignedIn({ id, onLeave }: { readonly id: string; readonly onLeave: () => void }) {
  const { say } = useLanguage();
  return (
    <div className="field top-client">
      <span><Both zh="以谁的身份" en="client" /></span>
      <div className="signed-in">
        <code title={id}>{id}</code>
        <button type="button" className="button" onClick={onLeave}>
          {say({ zh: '退出', en: 'Sign out' })}
        </button>
      </div>
    </div>
  );
}

function PurposeField({ session, text }: { readonly session: Session; readonly text: string }) {
  const hintId = useId();
  const purpose = readPurpose(text);
  return (
    <label className="field top-purpose">
      <span>
        <Both zh="用途" en="Sharing-Purpose" />
        <PurposeHint id={hintId} purpose={purpose} />
      </span>
      <input
        value={text}
        title={text}
        spellCheck={false}
        autoComplete="off"
        aria-describedby={hintId}
        aria-invalid={purpose.kind === 'malformed'}
        placeholder={'matter="…", use=administrative-basis, handler="…"'}
        onChange={(event) => session.setPurpose(event.target.value)}
      />
    </label>
  );
}

function PurposeHint({ id, purpose }: { readonly id: string; readonly purpose: Purpose }) {
  const { say } = useLanguage();
  switch (purpose.kind) {
    case 'malformed':
      return (
        <em id={id} className="stop">
          {say({ zh: '写法不对：键=词 或 键="值"，逗号分隔', en: 'malformed: key=token or key="value", separated by commas' })}
        </em>
      );
    case 'empty':
      return (
        <em id={id} className="care">
          {say({ zh: '未填：只能看结构和目录，不能查数据', en: 'empty: schema and catalogue only, no data' })}
        </em>
      );
    case 'written':
      return (
        <em id={id} className="care">
          {purpose.missing.length > 0 &&
            say({ zh: `缺 ${purpose.missing.join('、')}`, en: `missing ${purpose.missing.join(', ')}` })}
        </em>
      );
  }
}
