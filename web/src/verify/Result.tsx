import { useLanguage } from '../shell/language';
import { isObject, type Json } from './json';
import type { Fault, Verdict } from './verify';
import { CLAIMS, FAULTS } from './words';

/** Of single values. Where anything else is at fault none is ticked: what they are compared with may not be signed. */
const OF_VALUES: readonly Fault[] = ['changed', 'missing', 'added'];

/** The verdict, what differs, and what was signed. Claims are shown only where they are as signed. */
export function Result({ verdict }: { readonly verdict: Verdict }) {
  const { say } = useLanguage();
  const genuine = verdict.faults.length === 0;
  const vouched = verdict.faults.every((one) => OF_VALUES.includes(one.fault));
  return (
    <>
      <p className={`verdict ${genuine ? 'good' : 'stop'}`} role="status">
        <strong>{genuine ? say({ zh: '✓ 核验通过', en: '✓ Genuine' }) : say({ zh: '✕ 核验未通过', en: '✕ Not genuine' })}</strong>{' '}
        {genuine
          ? say({
              zh: `${verdict.values.length} 个值与提供时一致，由 ${verdict.issuer} 以 ${verdict.keyId} 签发`,
              en: `${verdict.values.length} values as delivered, signed by ${verdict.issuer} with ${verdict.keyId}`,
            })
          : say({ zh: `${verdict.faults.length} 处不符`, en: `${verdict.faults.length} differences` })}
      </p>
      {!genuine && (
        <ul className="faults">
          {verdict.faults.map((found) => (
            <li key={`${found.fault} ${found.path}`}>
              {say(FAULTS[found.fault])}：<code>{found.path}</code>
            </li>
          ))}
        </ul>
      )}
      {verdict.uncovered.length > 0 && (
        <p className="verdict care">
          {say({ zh: '不在回执内，未核验：', en: 'not covered by the receipt, not verified: ' })}
          {verdict.uncovered.join(', ')}
        </p>
      )}
      {genuine && <Claims verdict={verdict} />}
      <table>
        <caption>{say({ zh: '数据', en: 'Data' })}</caption>
        <thead>
          <tr>
            <th scope="col">{say({ zh: '位置', en: 'path' })}</th>
            <th scope="col">{say({ zh: '内容', en: 'value' })}</th>
            <th scope="col">{say({ zh: '核验', en: 'verified' })}</th>
          </tr>
        </thead>
        <tbody>
          {verdict.values.map((one) => (
            <tr key={one.path} className={one.fault === null ? '' : 'differs'}>
              <td>
                <code>{one.path}</code>
              </td>
              <td>{one.value === undefined ? '' : spelled(one.value)}</td>
              <td>
                {one.fault !== null ? `✕ ${say(FAULTS[one.fault])}` : vouched ? '✓' : say({ zh: '未核验', en: 'not verified' })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Claims({ verdict }: { readonly verdict: Verdict }) {
  const { say } = useLanguage();
  const { purpose, ...plain } = verdict.claims;
  const told = { ...plain, ...(isObject(purpose) ? purpose : {}) };
  return (
    <dl>
      {Object.entries(CLAIMS).map(([name, words]) =>
        told[name] === undefined ? null : (
          <div key={name}>
            <dt>{say(words)}</dt>
            <dd>{spelled(told[name])}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

const spelled = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
