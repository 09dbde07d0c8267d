import { useGraphiQL } from '@graphiql/react';
import { Both, useLanguage, type Words } from '../shell/language';
import { describe } from './catalogue';
import type { Outcome } from './outcomes';
import { articleWords } from '../shared/articles';
import { outcomeWords, reasonWords, remedyWords } from './words';

const COLUMNS: readonly Words[] = [
  { zh: '路径', en: 'Path' },
  { zh: '信息项', en: 'Item' },
  { zh: '结果', en: 'Outcome' },
  { zh: '原因', en: 'Reason' },
  { zh: '依据', en: 'Article' },
  { zh: '提供部门', en: 'Provider' },
  { zh: '怎么办', en: 'Remedy' },
];

export function OutcomeTable({ outcomes }: { readonly outcomes: readonly Outcome[] }) {
  return (
    <table className="outcomes">
      <thead>
        <tr>
          {COLUMNS.map((words) => (
            <th key={words.en} scope="col"><Both {...words} /></th>
          ))}
        </tr>
      </thead>
      <tbody>
        {outcomes.map((outcome, index) => (
          <Row key={index} outcome={outcome} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ outcome }: { readonly outcome: Outcome }) {
  const { say } = useLanguage();
  const words = outcomeWords(outcome.outcome);
  const schema = useGraphiQL((state) => state.schema);
  const described = describe(schema, outcome.coordinate);
  const title = outcome.title === '' ? described.title : { zh: outcome.title, en: outcome.titleEn || outcome.title };
  return (
    <tr data-outcome={outcome.outcome}>
      <td>
        <code>{outcome.path}</code>
        {outcome.rows.some((row) => row !== outcome.path) && <Rows rows={outcome.rows} />}
      </td>
      <td>
        {title !== null && <span>{say(title)} </span>}
        <code className="quiet" title={outcome.coordinate}>{outcome.item}</code>
      </td>
      <td>
        <span className={`chip ${words.tone}`}>
          <span aria-hidden="true">{words.sign}</span> <Both {...words} />
        </span>
      </td>
      <td title={outcome.reason}>{say(reasonWords(outcome.reason))}</td>
      <td className="narrow">{say(articleWords(outcome.article))}</td>
      <td title={outcome.provider}>{described.provider === null ? outcome.provider : say(described.provider)}</td>
      <td>
        {say(remedyWords(outcome.remedy))}
        {outcome.remedyDetail !== '' && <> <code className="quiet">{outcome.remedyDetail}</code></>}
      </td>
    </tr>
  );
}

function Rows({ rows }: { readonly rows: readonly string[] }) {
  const { say } = useLanguage();
  return (
    <details>
      <summary>{say({ zh: `其中 ${rows.length} 行`, en: `${rows.length} rows` })}</summary>
      <code>{rows.join('  ')}</code>
    </details>
  );
}
