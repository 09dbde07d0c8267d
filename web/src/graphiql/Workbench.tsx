import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './workbench.css';
import { GraphiQL, GraphiQLInterface } from 'graphiql';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN, HistoryStore } from '@graphiql/plugin-history';
import { DocExplorerStore } from '@graphiql/plugin-doc-explorer';
import { GraphiQLProvider, useMonaco } from '@graphiql/react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Config, Example } from '../shared/config';
import type { Door } from '../shared/door';
import { linkedQuery, variablesFor } from '../shared/query_link';
import { CATALOGUE_DOCS } from './CatalogueDocs';
import { memoryStorage } from './memory';
import { variablesOf } from './operation';
import { Session } from './session';
import { SchemaStatus } from './SchemaStatus';
import { SharingPanel } from './SharingPanel';
import { SchemaFollows } from './SchemaFollows';
import { TopBar } from './TopBar';
import { SessionContext } from './useRights';

const plugins = [CATALOGUE_DOCS, explorerPlugin(), HISTORY_PLUGIN];

const emptyTab = `# 在这里写查询，Ctrl-Enter 运行；左侧「Docs」是共享目录。
# Write a query here, Ctrl-Enter runs it; "Docs" on the left is the catalogue.

`;

function tabOf({ title, titleZh, query, variables }: Example) {
  const heading = [titleZh, title].filter(Boolean).join(' · ');
  const text = heading === '' || query.trimStart().startsWith('#') ? query : `# ${heading}\n${query}`;
  return { query: text, variables };
}

/** The tabs to begin with: the query of the page's address, if it has one, before the examples. It is shown, never run. */
function firstTabs(config: Config) {
  const query = linkedQuery(location.hash);
  const examples = config.examples.map(tabOf);
  return query === null ? examples : [{ query, variables: variablesFor(variablesOf(query), config) }, ...examples];
}

/** GraphiQL fixes its editors at 15 px; beside the sharing panel a denser text reads better. */
const editorText = { fontSize: 13, lineHeight: 20, wordWrap: 'on' } as const;

function useDenserEditors() {
  const monaco = useMonaco((store) => store.monaco);
  useEffect(() => {
    if (!monaco) return undefined;
    for (const editor of monaco.editor.getEditors()) editor.updateOptions(editorText);
    const coming = monaco.editor.onDidCreateEditor((editor) => editor.updateOptions(editorText));
    return () => coming.dispose();
  }, [monaco]);
}

interface Props {
  readonly config: Config;
  readonly door: Door;
  /** Back to the sign-in form; null in the demo, which has none. */
  readonly onLeave: (() => void) | null;
}

export default function Workbench({ config, door, onLeave }: Props) {
  const [session] = useState(() => new Session(config, door));
  const state = useSyncExternalStore(session.subscribe, session.state);
  const [storage] = useState(memoryStorage);
  const [tabs] = useState(() => firstTabs(config));
  const [first] = tabs;
  useDenserEditors();

  return (
    <SessionContext value={session}>
      <GraphiQLProvider
        fetcher={session.fetcher}
        storage={storage}
        plugins={plugins}
        referencePlugin={CATALOGUE_DOCS}
        defaultQuery={emptyTab}
        inputValueDeprecation
        schemaDescription
        shouldPersistHeaders={false}
        {...(first === undefined
          ? {}
          : { defaultTabs: tabs, initialQuery: first.query, initialVariables: first.variables })}
      >
        <DocExplorerStore>
          <HistoryStore>
            <SchemaFollows state={state} />
            <div className="workbench">
              <TopBar config={config} session={session} state={state} onLeave={onLeave} />
              <SchemaStatus problem={state.problem} />
              <main className="workbench-editor">
                <GraphiQLInterface
                  forcedTheme="light"
                  showPersistHeadersSettings={false}
                  defaultEditorToolsVisibility
                >
                  <GraphiQL.Logo>{' '}</GraphiQL.Logo>
                </GraphiQLInterface>
              </main>
              <SharingPanel session={session} state={state} />
            </div>
          </HistoryStore>
        </DocExplorerStore>
      </GraphiQLProvider>
    </SessionContext>
  );
}
