import { useEffect, useRef } from 'react';
import { articleWords } from '../shared/articles';
import { inWords } from '../shared/in_words';
import { useLanguage, type Words } from '../shell/language';
import type { Count, Entry, Noted, ResourceEntries } from './entries';
import { Mark } from './Mark';
import { Chinese, Name } from './Name';
import { hashOf, type View } from './view';
import { codeWords, KINDS } from './words';

const COLUMNS: readonly Words[] = [
  { zh: '信息项', en: 'Item' },
  { zh: '共享类型', en: 'Sharing type' },
  { zh: '共享条件', en: 'Condition' },
  { zh: '提供部门', en: 'Provider' },
  { zh: '更新周期', en: 'Update cycle' },
];

interface Props {
  readonly read: ResourceEntries;
  readonly view: View;
  readonly hits: ReadonlySet<string>;
  readonly resources: readonly Count[];
}

/** Every item and relation of a resource, in the order of their codes. */
export function ItemTable({ read, view, hits, resources }: Props) {
  const { say } = useLanguage();
  const chosen = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    chosen.current?.scrollIntoView({ block: 'center' });
  }, [view.item, read]);
  return (
    <table className="items">
      <caption>
        {say({ zh: `信息项与关联，共 ${read.total} 项`, en: `Items and relations, ${read.total} in all` })}
      </caption>
      <thead>
        <tr>
          {COLUMNS.map((words) => (
            <th key={words.en} scope="col">{say(words)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {read.entries.map((entry) => {
          const isChosen = entry.name === view.item;
          return (
            <tr
              key={entry.coordinate}
              ref={isChosen ? chosen : null}
              data-item={entry.name}
              data-hit={hits.has(entry.coordinate) || undefined}
              aria-current={isChosen ? 'true' : undefined}
            >
              <th scope="row">
                <span className="item-title"><Name of={entry} /></span>
                <code>{entry.name}</code>
                <code className="quiet">{entry.code}</code>
                {hits.has(entry.coordinate) && <span className="unseen">{say({ zh: '（符合检索）', en: ' (found)' })}</span>}
              </th>
              <td>
                <Mark type={entry.sharingType} />
                <span className="kind">{say(KINDS[entry.kind])}</span>
              </td>
              <td><Condition entry={entry} view={view} resources={resources} /></td>
              <td><Name of={entry.provider} /></td>
              <td>{say(codeWords(read.resource.updateCycle))}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface ConditionProps {
  readonly entry: Entry;
  readonly view: View;
  readonly resources: readonly Count[];
}

function Condition({ entry, view, resources }: ConditionProps) {
  const { say } = useLanguage();
  return (
    <>
      {entry.sharingType === 'UNCONDITIONAL' && <span className="quiet">{say({ zh: '无', en: 'none' })}</span>}
      {entry.condition !== null && <Chinese>{entry.condition}</Chinese>}
      {entry.basis !== null && (
        <span lang="zh-CN">
          {entry.basis.class}：《{entry.basis.title}》{entry.basis.clause}
        </span>
      )}
      <details>
        <summary>{say({ zh: '详情', en: 'Details' })}<span className="unseen"> {entry.title}</span></summary>
        <More entry={entry} view={view} resources={resources} />
      </details>
    </>
  );
}

function More({ entry, view, resources }: ConditionProps) {
  const { language, say } = useLanguage();
  const comma = language === 'zh' ? '、' : ', ';
  const words = (codes: readonly string[]) => codes.map((code) => say(codeWords(code))).join(comma);
  const { scope, uses, forms, rows, openForm, basis, rules, standard, derivation, relation } = entry;
  return (
    <dl className="more">
      <Fact words={{ zh: '共享范围', en: 'Scope' }}>{scope !== null && <Chinese>{scope}</Chinese>}</Fact>
      <Fact words={{ zh: '使用用途', en: 'Uses' }}>{words(uses)}</Fact>
      <Fact words={{ zh: '共享形式', en: 'Forms' }}>{words(forms)}</Fact>
      <Fact words={{ zh: '行范围', en: 'Rows' }}>{words(rows)}</Fact>
      <Fact words={{ zh: '无授权时', en: 'Without a grant' }}>{openForm !== null && say(codeWords(openForm))}</Fact>
      <Fact words={{ zh: '依据文号', en: 'Number of the basis' }}>{basis !== null && <Chinese>{basis.number}</Chinese>}</Fact>
      {rules.map((rule) => (
        <Fact key={rule.note} words={{ zh: '特别规则', en: 'Row rule' }}>
          <Note of={rule} /> <span className="quiet">{say(articleWords(rule.article))}</span>
        </Fact>
      ))}
      <Fact words={{ zh: '数据类型', en: 'Type' }}>
        <code>{entry.type}</code> {standard}
      </Fact>
      <Fact words={{ zh: '计算来源', en: 'Computed from' }}>
        {derivation !== null && derivation.operands.length > 0 && <code>{derivation.operands.join(', ')}</code>}
      </Fact>
      <Fact words={{ zh: '关联到', en: 'Leads to' }}>
        {relation !== null &&
          relation.targets.map((target) => (
            <a key={target} href={hashOf({ ...view, resource: target, item: '' })}>
              {language === 'zh' ? (resources.find((one) => one.value === target)?.title ?? target) : inWords(target)}
            </a>
          ))}
      </Fact>
      <Fact words={{ zh: '说明', en: 'Note' }}>{entry.noteZh + entry.note !== '' && <Note of={entry} />}</Fact>
    </dl>
  );
}

/** Chinese first, then English: both stand in the catalogue. */
function Note({ of }: { readonly of: Noted }) {
  return (
    <>
      {of.noteZh !== '' && <Chinese>{of.noteZh}</Chinese>}
      {of.noteZh !== '' && of.note !== '' && <br />}
      {of.note !== '' && <span lang="en">{of.note}</span>}
    </>
  );
}

function Fact({ words, children }: { readonly words: Words; readonly children: React.ReactNode }) {
  const { say } = useLanguage();
  if (children === null || children === false || children === '') return null;
  return (
    <div>
      <dt>{say(words)}</dt>
      <dd>{children}</dd>
    </div>
  );
}
