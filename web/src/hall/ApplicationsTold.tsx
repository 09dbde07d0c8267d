import { Alert } from 'antd';
import { inWords } from '../shared/in_words';
import { useLanguage, type Words } from '../shell/language';
import { isDraft, LACKING, type Application, type AppliedItem, type Drafted, type Statement } from './applications';
import { clock } from './words';

const FORMS: Record<string, Words> = {
  FULL: { zh: '完整', en: 'in full' },
  MASKED: { zh: '脱敏', en: 'masked' },
  VERIFY: { zh: '核验', en: 'comparison only' },
};
const ROWS: Record<string, Words> = {
  ALL: { zh: '全部', en: 'all rows' },
  OWN_DIVISION: { zh: '本行政区域', en: 'own division' },
  CASE_SUBJECT: { zh: '办件当事人', en: "a case's subjects" },
};
/** Why no application brings an item. */
const UNOBTAINABLE: Record<string, Words> = {
  USE_NOT_FORESEEN: { zh: '目录没有规定这种用途', en: 'the catalogue foresees no such use' },
  FORM_NOT_FORESEEN: { zh: '目录没有规定这种形式', en: 'the catalogue foresees no such form' },
  OWN_ITEM: { zh: '本部门自有，无须申请', en: "the department's own" },
};
const other = (text: string): Words => ({ zh: text, en: inWords(text.toLowerCase()) });

interface Props {
  readonly applications: readonly Application[];
  readonly drafted: Drafted;
  /** What the form holds; null where there is none. */
  readonly stated: Statement | null;
  readonly handler: string;
}

/** Each application by its provider: its items, what it lacks, and once it is handed in, by when it is answered. */
export function ApplicationsTold({ applications, drafted, stated, handler }: Props) {
  const { say } = useLanguage();
  const isSent = applications.length > 0 && !applications.some(isDraft);
  const left = applications.find((one) => isDraft(one) && one.handler !== handler);
  return (
    <>
      {isSent && (
        <Alert
          type="success"
          showIcon
          title={say({ zh: `${applications.length}份申请已提交`, en: applications.length === 1 ? 'The application is submitted' : `${applications.length} applications are submitted` })}
          description={say({
            zh: '等候答复期间照常办理，材料同样不得要求当事人提交（第16条第2款）。',
            en: 'Business goes on meanwhile; the material is not to be asked for either (Art. 16 ¶2).',
          })}
        />
      )}
      {left !== undefined && (
        <p className="hint">
          {say({ zh: `接着办理${left.handler}于${clock(left.draftedAt)}起草的申请。`, en: `Goes on with what ${left.handler} drafted at ${clock(left.draftedAt)}.` })}
        </p>
      )}
      {!isSent && applications.length > 0 && (
        <p className="hint">
          {say({
            zh: `分送${applications.length}个提供部门；提交后10个工作日内答复（第16条第1款）。取消则留作草稿。`,
            en: `One to each provider (${applications.length}), who answers within 10 working days (Art. 16 ¶1). Cancelled, it stays a draft.`,
          })}
        </p>
      )}
      <ul className="applications">
        {applications.map((one) => (
          <li key={one.id} data-application={one.id} data-state={one.state}>
            <Head application={one} />
            <table className="contents">
              <caption className="unseen">{say({ zh: `向${one.provider.title}申请的信息项`, en: `Items applied for from ${one.provider.title}` })}</caption>
              <thead>
                <tr>
                  <th scope="col">{say({ zh: '信息项', en: 'Item' })}</th>
                  <th scope="col">{say({ zh: '形式', en: 'Form' })}</th>
                  <th scope="col">{say({ zh: '范围', en: 'Rows' })}</th>
                </tr>
              </thead>
              <tbody>
                {one.items.map((item) => (
                  <ItemRow key={item.item} item={item} />
                ))}
              </tbody>
            </table>
            <Lacking application={one} stated={stated} />
          </li>
        ))}
      </ul>
      {drafted.underWay.length > 0 && (
        <div>
          <p className="item-name">{say({ zh: '已在申请，不再重复', en: 'Applied for already' })}</p>
          <ul className="codes">
            {drafted.underWay.map((one) => (
              <li key={one.item}>
                <code>{one.item}</code> {one.title} <span lang="zh-CN">{one.provider.title}</span>
                <span className="quiet">
                  {' '}{say({ zh: `申请编号 ${one.application}`, en: `application ${one.application}` })}
                  {one.due !== null && <> {say({ zh: `，${one.due} 前答复`, en: `, to be answered by ${one.due}` })}</>}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {drafted.unobtainable.length > 0 && (
        <div>
          <p className="item-name">{say({ zh: '申请也不能取得的', en: 'What no application brings' })}</p>
          <ul className="codes">
            {drafted.unobtainable.map((one) => (
              <li key={one.item}>
                <code>{one.item}</code> <span lang="zh-CN">{one.provider.title}</span>
                <span className="quiet"> {say(UNOBTAINABLE[one.reason] ?? other(one.reason))}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {applications.length === 0 && drafted.underWay.length === 0 && drafted.unobtainable.length === 0 && (
        <p>{say({ zh: '没有需要申请的信息项。请重新核验。', en: 'There is nothing to apply for. Check again.' })}</p>
      )}
    </>
  );
}

function Head({ application }: { readonly application: Application }) {
  const { say } = useLanguage();
  const { provider, due, dueProvisional } = application;
  return (
    <p className="application-head">
      <strong lang="zh-CN">{provider.title}</strong>
      {isDraft(application) ? (
        <span className="chip grey">{say({ zh: '草稿', en: 'draft' })}</span>
      ) : (
        <span className="chip green">
          {say({ zh: '已提交', en: 'submitted' })}
          {due !== null && say({ zh: `，${due} 前答复`, en: `, answer by ${due}` })}
          {due !== null && dueProvisional && say({ zh: '（暂定）', en: ' (provisional)' })}
        </span>
      )}
    </p>
  );
}

function ItemRow({ item }: { readonly item: AppliedItem }) {
  const { language, say } = useLanguage();
  const name = item.title !== null && language === 'zh' ? item.title : inWords(item.item.split('.').at(-1) ?? item.item);
  return (
    <tr>
      <th scope="row">
        {name}
        {item.negotiate && <span className="outcome care">{say({ zh: '不予共享，须协商', en: 'not shared: to be negotiated' })}</span>}
      </th>
      <td>{say(FORMS[item.asked.form] ?? other(item.asked.form))}</td>
      <td>{say(ROWS[item.asked.rows] ?? other(item.asked.rows))}</td>
    </tr>
  );
}

/** What a draft lacks that the form does not state yet. */
function Lacking({ application, stated }: { readonly application: Application; readonly stated: Statement | null }) {
  const { say } = useLanguage();
  if (stated === null || !isDraft(application)) return null;
  const names = [...new Set(application.lacking.map((one) => one.split('.').at(-1) ?? one))];
  const open = names.filter((name) => {
    const value = stated[name as keyof Statement] as string | readonly string[] | undefined;
    return value === undefined || (typeof value === 'string' ? value.trim() === '' : value.length === 0);
  });
  if (open.length === 0) return <p className="hint">{say({ zh: '已填齐，可以提交。', en: 'Complete: ready to be submitted.' })}</p>;
  const words = open.map((name) => LACKING[name as keyof typeof LACKING] ?? other(name));
  return (
    <p className="missing">
      {say({ zh: `还缺：${words.map((one) => one.zh).join('、')}`, en: `Lacking: ${words.map((one) => one.en).join(', ')}` })}
    </p>
  );
}
