import { Both, useLanguage } from '../shell/language';
import { articleWords } from '../shared/articles';
import { codeWords } from '../catalogue/words';
import type { Grant, Right } from './rights';
import { markWords, reasonWords, remedyWords, verdictWords } from './words';

/** How a field stands to the client: by colour, sign and word. */
export function RightMark({ mark, count }: { readonly mark: string; readonly count?: number }) {
  const { say } = useLanguage();
  const words = markWords(mark);
  return (
    <span className={`chip ${words.tone}`} data-mark={mark} title={say(words.means)}>
      <span aria-hidden="true">{words.sign}</span> <Both {...words} />
      {count !== undefined && <> {count}</>}
    </span>
  );
}

/** The same with its why: reasons, articles, who decides, by which grants, what to do. */
export function RightCard({ right }: { readonly right: Right }) {
  const { say } = useLanguage();
  return (
    <section className="right-card" aria-label={say({ zh: '本客户端的权限', en: 'What this client may read' })}>
      <p><RightMark mark={right.mark} /> {say(verdictWords(right.verdict))}</p>
      <dl>
        <dt>{say({ zh: '原因', en: 'why' })}</dt>
        <dd>{right.reasons.map((code) => say(reasonWords(code))).join('；')}</dd>
        <dt>{say({ zh: '依据', en: 'article' })}</dt>
        <dd>{right.articles.map((article) => say(articleWords(article))).join('、')}</dd>
        <dt>{say({ zh: '提供部门', en: 'provider' })}</dt>
        <dd>{right.provider}</dd>
        {right.remedy !== '' && (
          <>
            <dt>{say({ zh: '怎么办', en: 'remedy' })}</dt>
            <dd>{say(remedyWords(right.remedy))}</dd>
          </>
        )}
        {right.expectedOn !== '' && (
          <>
            <dt>{say({ zh: '预计', en: 'expected' })}</dt>
            <dd><time dateTime={right.expectedOn}>{right.expectedOn}</time></dd>
          </>
        )}
      </dl>
      {right.grants.map((grant) => (
        <GrantLine key={grant.id} grant={grant} />
      ))}
    </section>
  );
}

function GrantLine({ grant }: { readonly grant: Grant }) {
  const { say } = useLanguage();
  const any = say({ zh: '本部门职责内各事项', en: "any matter of the department's duty" });
  const parts = [
    say(codeWords(grant.form)),
    say(codeWords(grant.rows)),
    grant.uses.map((use) => say(codeWords(use))).join('、'),
    grant.matters.length === 0 ? any : grant.matters.join('、'),
    say({ zh: `至 ${grant.validUntil.slice(0, 10)}`, en: `until ${grant.validUntil.slice(0, 10)}` }),
  ];
  if (grant.quotaPerDay !== null) parts.push(say({ zh: `每日 ${grant.quotaPerDay} 次`, en: `${grant.quotaPerDay} a day` }));
  return (
    <p className="right-grant">
      <b>{say({ zh: '授权', en: 'grant' })}</b> <code title={grant.id}>{grant.id.slice(0, 8)}</code> {parts.join(' · ')}
    </p>
  );
}
