import { useEffect, useRef } from 'react';
import type { Refused } from '../shared/answer';
import { queryLink } from '../shared/query_link';
import type { Door } from '../shared/door';
import { inWords } from '../shared/in_words';
import { useLanguage, type Words } from '../shell/language';
import { Refusals, Trouble } from './Trouble';
import type { Count, ResourceEntries } from './entries';
import { ItemTable } from './ItemTable';
import { Chinese, Name } from './Name';
import { isListShown } from './Results';
import { useResource } from './useAsked';
import { hashOf, type View } from './view';
import { codeWords } from './words';

interface Props {
  readonly door: Door;
  readonly view: View;
  /** Coordinates of what was found, to be marked in the table. */
  readonly hits: ReadonlySet<string>;
  readonly resources: readonly Count[];
}

/** A resource with all of its items. */
export function Detail({ door, view, hits, resources }: Props) {
  const { say } = useLanguage();
  const { asked, again } = useResource(door, view.resource);
  const heading = useRef<HTMLHeadingElement>(null);
  const read = asked.kind === 'read' ? asked.value : null;
  const isFirst = useRef(true);

  // Where the list gives way to this panel, so does the reader's place in the page.
  useEffect(() => {
    if (read === null) return;
    const stands = isListShown();
    if (!isFirst.current || !stands) heading.current?.focus({ preventScroll: stands });
    isFirst.current = false;
  }, [read]);

  return (
    <section
      className="detail"
      aria-label={read === null ? inWords(view.resource) : say({ zh: read.resource.title, en: inWords(read.resource.name) })}
      aria-busy={asked.kind === 'waiting'}
    >
      <a className="back" href={hashOf({ ...view, resource: '', item: '' })}>
        {say({ zh: '← 返回列表', en: '← Back to the list' })}
      </a>
      <p className={asked.kind === 'waiting' ? 'status' : 'unseen'} role="status">
        {asked.kind === 'waiting' && <span className="turning" aria-hidden="true" />}
        {asked.kind === 'waiting' && say({ zh: '正在读取信息项…', en: 'Reading the items…' })}
        {read !== null && say({ zh: `已打开${read.resource.title}，共 ${read.total} 项`, en: `${inWords(read.resource.name)}, ${read.total} items` })}
      </p>
      {(asked.kind === 'failed' || asked.kind === 'refused') && (
        <>
          <h2>{inWords(view.resource)}</h2>
          <Trouble asked={asked} onRetry={again} />
        </>
      )}
      {asked.kind === 'read' && asked.value === null && <Unknown name={view.resource} view={view} />}
      {read !== null && (
        <>
          <header className="detail-head">
            <h2 ref={heading} tabIndex={-1}><Name of={read.resource} /></h2>
            <code>{read.resource.name}</code>
            <span className="grow" />
            {read.example !== null && (
              <a className="button primary" href={queryLink(read.example.query)} target="_blank" rel="noopener">
                {say({ zh: '在 GraphiQL 中打开示例查询', en: 'Open an example in GraphiQL' })}
              </a>
            )}
          </header>
          {asked.kind === 'read' && (asked.refused.length > 0 || read.entries.length < read.total) && (
            <Partial read={read} refused={asked.refused} onRetry={again} />
          )}
          <p className="abstract"><Chinese>{read.resource.abstract}</Chinese></p>
          <Facts read={read} />
          <ItemTable read={read} view={view} hits={hits} resources={resources} />
        </>
      )}
    </section>
  );
}

interface PartialProps {
  readonly read: ResourceEntries;
  readonly refused: readonly Refused[];
  readonly onRetry: () => void;
}

function Partial({ read, refused, onRetry }: PartialProps) {
  const { say } = useLanguage();
  return (
    <div className="notice care part" role="alert">
      <strong>
        {say({
          zh: `只读到一部分：已列出 ${read.entries.length} 项，共 ${read.total} 项。`,
          en: `Only a part was read: ${read.entries.length} of ${read.total} items are listed.`,
        })}
      </strong>
      {refused.length > 0 && <Refusals refused={refused} />}
      <button type="button" className="button" onClick={onRetry}>{say({ zh: '重试', en: 'Try again' })}</button>
    </div>
  );
}

function Unknown({ name, view }: { readonly name: string; readonly view: View }) {
  const { say } = useLanguage();
  return (
    <div className="nothing" role="alert">
      <h2>{say({ zh: '目录中没有这个资源', en: 'The catalogue has no such resource' })}</h2>
      <p>
        {say({
          zh: `「${name}」不在现行目录中：可能已撤下，也可能链接有误。`,
          en: `“${name}” is not in the catalogue that is served: it may have been withdrawn, or the link is wrong.`,
        })}
      </p>
      <a className="button" href={hashOf({ ...view, resource: '', item: '' })}>
        {say({ zh: '查看全部资源', en: 'Show all resources' })}
      </a>
    </div>
  );
}

function Facts({ read: { resource, register, roots } }: { readonly read: ResourceEntries }) {
  const { language, say } = useLanguage();
  const comma = language === 'zh' ? '、' : ', ';
  const facts: readonly (readonly [Words, React.ReactNode])[] = [
    [{ zh: '资源代码', en: 'Code' }, <code key="code">{resource.code}</code>],
    [{ zh: '登记库', en: 'Register' }, <Name key="register" of={register} />],
    [{ zh: '牵头部门', en: 'Lead department' }, <Name key="lead" of={register.lead} />],
    [{ zh: '提供部门', en: 'Provider' }, <Name key="provider" of={resource.provider} />],
    [{ zh: '更新周期', en: 'Update cycle' }, say(codeWords(resource.updateCycle))],
    [{ zh: '提供方式', en: 'Modes' }, resource.modes.map((mode) => say(codeWords(mode))).join(comma)],
    [{ zh: '格式', en: 'Format' }, say(codeWords(resource.format))],
    [{ zh: '网络', en: 'Network' }, say(codeWords(resource.networkZone))],
    [
      { zh: '查询入口', en: 'Query fields' },
      roots.length === 0
        ? say({ zh: '经关联查询', en: 'by relation only' })
        : roots.map(({ field, title }) => (
            <code key={field} title={title}>{field}</code>
          )),
    ],
  ];
  return (
    <dl className="resource-facts">
      {facts.map(([words, value]) => (
        <div key={words.en}>
          <dt>{say(words)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
