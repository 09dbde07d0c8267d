import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useState } from 'react';
import { Brand } from '../shell/Brand';
import { LanguageSwitch, useLanguage } from '../shell/language';
import type { Door } from '../shared/door';
import { stated } from '../shared/purpose';
import { Announcer } from './announce';
import { Intake } from './Intake';
import { Results } from './Results';
import { Shortcuts } from './Shortcuts';
import { THEME } from './theme';
import { useDesk } from './useDesk';
import { focusOn, useShortcuts } from './useShortcuts';
import { PAGE } from './words';
import './hall.css';

interface Props {
  readonly door: Door;
  readonly onLeave: (() => void) | null;
}

/** The page: what is entered on the left, what the registers tell on the right; on a tablet one above the other. */
export default function Hall({ door, onLeave }: Props) {
  const { language, say } = useLanguage();
  const desk = useDesk(door, stated(door.client.purpose, 'handler'));
  const [helping, setHelping] = useState(false);
  useShortcuts(desk, () => setHelping(true));

  return (
    <ConfigProvider locale={language === 'zh' ? zhCN : enUS} theme={THEME} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
      <Announcer>
        <div className="hall">
          <a className="skip" href="#results-title" onClick={(event) => { event.preventDefault(); focusOn('results-title'); }}>
            {say({ zh: '跳到核验结果', en: 'Skip to the results' })}
          </a>
          <header className="page-bar">
            <Brand page={PAGE} />
            <span className="grow" />
            <nav aria-label={say({ zh: '其他页面', en: 'Other pages' })}>
              <a className="top-link" href="./catalogue">{say({ zh: '共享目录', en: 'Catalogue' })}</a>
              <a className="top-link" href="./graphiql">GraphiQL</a>
            </nav>
            <button type="button" className="button" aria-keyshortcuts="Alt+H" onClick={() => setHelping(true)}>
              {say({ zh: '快捷键', en: 'Shortcuts' })} <kbd>Alt H</kbd>
            </button>
            <span className="who">
              <code title={door.client.id}>{door.client.id}</code>
              {onLeave !== null && (
                <button type="button" className="button" onClick={onLeave}>{say({ zh: '退出', en: 'Sign out' })}</button>
              )}
            </span>
            <LanguageSwitch />
          </header>
          <main className="hall-columns">
            <Intake desk={desk} />
            <Results desk={desk} />
          </main>
          <Shortcuts open={helping} onClose={() => setHelping(false)} />
        </div>
      </Announcer>
    </ConfigProvider>
  );
}
