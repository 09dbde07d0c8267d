import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { Brand } from '../shell/Brand';
import { LanguageSwitch, useLanguage } from '../shell/language';
import type { Door } from '../shared/door';
import { Detail } from './Detail';
import { Facets } from './Facets';
import { Legend } from './Legend';
import { isListShown, Results } from './Results';
import { useFound } from './useAsked';
import { isNarrowed, NOTHING_CHOSEN, useView, type View } from './view';
import { PAGE } from './words';

interface Props {
  readonly door: Door;
  readonly onLeave: (() => void) | null;
}

/** The page: search and filters, what was found, and the resource that is chosen. */
export function Catalogue({ door, onLeave }: Props) {
  const { say } = useLanguage();
  const { view, show } = useView();
  const found = useFound(door, view);
  const search = useRef<HTMLInputElement>(null);
  const [filtersOpen, setFiltersOpen] = useState(false);
  const page = found.asked.kind === 'read' ? found.asked.value : found.former;
  const hits = useMemo(
    () => new Set(isNarrowed(view) && page !== null ? page.entries.map((hit) => hit.coordinate) : []),
    [page, view],
  );
  const filters = [view.register, view.theme, view.provider, view.type, view.kind].filter((value) => value !== '').length;

  /** What is sought has changed: where the list is not to be seen, it comes back. */
  function seek(change: Partial<View>, keep = false) {
    show(isListShown() ? change : { ...change, resource: '', item: '' }, keep);
  }
  function clear() {
    show({ ...NOTHING_CHOSEN, resource: view.resource });
    search.current?.focus();
  }
  /** Escape leaves the resource first, then the words. */
  function leave(event: KeyboardEvent) {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    if (view.resource !== '') show({ resource: '', item: '' });
  }

  return (
    <div className="catalogue" data-detail={view.resource !== '' || undefined} onKeyDown={leave}>
      <a className="skip" href="#words" onClick={(event) => { event.preventDefault(); search.current?.focus(); }}>
        {say({ zh: '跳到检索框', en: 'Skip to the search' })}
      </a>
      <header className="page-bar">
        <Brand page={PAGE} />
        {page !== null && (
          <span className="version">
            {say({ zh: `现行目录第 ${page.version} 版`, en: `Catalogue version ${page.version}` })}
          </span>
        )}
        <span className="grow" />
        <nav aria-label={say({ zh: '其他页面', en: 'Other pages' })}>
          <a className="top-link" href="./hall">{say({ zh: '受理窗口', en: 'Counter' })}</a>
          <a className="top-link" href="./graphiql">{say({ zh: 'GraphiQL 查询', en: 'GraphiQL' })}</a>
        </nav>
        <span className="who">
          <code title={door.client.id}>{door.client.id}</code>
          {onLeave !== null && (
            <button type="button" className="button" onClick={onLeave}>{say({ zh: '退出', en: 'Sign out' })}</button>
          )}
        </span>
        <LanguageSwitch />
      </header>
      <search className="search">
        <label className="unseen" htmlFor="words">{say({ zh: '检索词', en: 'Search words' })}</label>
        <input
          id="words"
          ref={search}
          type="search"
          value={view.words}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          placeholder={say({ zh: '检索信息项：名称、说明、部门、代码或英文字段名，如「婚姻」「公安 地址」', en: 'Search items: title, note, department, code or field name, such as “residence”' })}
          onChange={(event) => seek({ words: event.target.value }, true)}
        />
        <button
          type="button"
          className="button filters-switch"
          aria-expanded={filtersOpen}
          aria-controls="filters"
          onClick={() => setFiltersOpen(!filtersOpen)}
        >
          {say({ zh: '筛选', en: 'Filters' })}
          {filters > 0 && ` (${filters})`}
        </button>
      </search>
      <main className="columns">
        <div id="filters" className="filters" data-open={filtersOpen || undefined}>
          <Facets facets={page?.facets ?? null} view={view} onChoose={seek} />
        </div>
        <Results
          asked={found.asked}
          former={found.former}
          view={view}
          onRetry={found.again}
          onMore={found.more}
          isLoadingMore={found.isLoadingMore}
          onClear={clear}
        />
        {view.resource === '' ? (
          <Legend view={view} registers={page?.facets.registers ?? []} />
        ) : (
          <Detail key={view.resource} door={door} view={view} hits={hits} resources={page?.facets.resources ?? []} />
        )}
      </main>
    </div>
  );
}
