import type { Words } from '../shell/language';

/** How an outcome looks: `good` delivered, `care` delivered with a reservation, `stop` not delivered. */
export type Tone = 'good' | 'care' | 'stop';

interface OutcomeWords extends Words {
  readonly tone: Tone;
  readonly sign: string;
}

const OUTCOMES: Record<string, OutcomeWords> = {
  SHARED: { zh: '已共享', en: 'shared', tone: 'good', sign: '●' },
  COMPARED: { zh: '仅核验', en: 'compared', tone: 'good', sign: '●' },
  MASKED: { zh: '已脱敏', en: 'masked', tone: 'care', sign: '◐' },
  WITHHELD: { zh: '未共享', en: 'withheld', tone: 'stop', sign: '○' },
  UNDER_VERIFICATION: { zh: '校核中', en: 'under verification', tone: 'care', sign: '◐' },
  SOURCE_UNAVAILABLE: { zh: '数据源不可用', en: 'source unavailable', tone: 'stop', sign: '✕' },
  NONCONFORMING: { zh: '不合标准', en: 'nonconforming', tone: 'care', sign: '!' },
};

interface MarkWords extends Words {
  readonly tone: Tone | 'grant' | 'ask';
  readonly sign: string;
  readonly means: Words;
}

/** How a field stands to the client, the most open first: never by its colour alone. */
export const MARKS: Record<string, MarkWords> = {
  OPEN: {
    zh: '开放',
    en: 'open',
    tone: 'good',
    sign: '●',
    means: { zh: '不用申请，各行完整可读', en: 'in full on every row, without a grant' },
  },
  BY_GRANT: {
    zh: '凭授权',
    en: 'by grant',
    tone: 'grant',
    sign: '◆',
    means: { zh: '凭有效的授权，按其形式和行范围', en: 'by a grant in force, in its form and on its rows' },
  },
  PARTLY: {
    zh: '部分开放',
    en: 'partly',
    tone: 'care',
    sign: '◐',
    means: { zh: '不用申请，但脱敏、限部分行或仅供核验', en: 'without a grant, but masked, on some rows, or to be compared only' },
  },
  WAIT: {
    zh: '等待',
    en: 'wait',
    tone: 'care',
    sign: '◷',
    means: { zh: '已有授权，稍后恢复', en: 'a right is there, and holds again later' },
  },
  APPLY: {
    zh: '可申请',
    en: 'apply',
    tone: 'ask',
    sign: '○',
    means: { zh: '有条件共享，向提供部门申请', en: 'conditional: apply to the provider' },
  },
  NEGOTIATE: {
    zh: '须协商',
    en: 'negotiate',
    tone: 'stop',
    sign: '✕',
    means: { zh: '不予共享或不这样提供，确需的与提供部门协商', en: 'not shared, or not so: negotiate with the provider' },
  },
};

const VERDICTS: Record<string, Words> = {
  SHARED: { zh: '完整给出', en: 'given in full' },
  DEPENDS_ON_ROW: { zh: '视各行情况', en: 'depends on the row' },
  MASKED: { zh: '脱敏给出', en: 'given masked' },
  VERIFIABLE: { zh: '仅供核验', en: 'to be compared only' },
  WITHHELD: { zh: '不给出', en: 'withheld' },
};

const REMEDIES: Record<string, Words> = {
  apply: { zh: '可以申请', en: 'apply for it' },
  negotiate: { zh: '与提供部门协商', en: 'negotiate with the provider' },
  wait: { zh: '稍后再查', en: 'wait and ask again' },
  name_case: { zh: '指明办件', en: 'name the case' },
  run_stored_operation: { zh: '运行授权所限的存储查询', en: 'run the stored operation' },
  verify: { zh: '改用 verify 核验比对', en: 'compare it with verify instead' },
  none: { zh: '—', en: '—' },
};

export function outcomeWords(code: string): OutcomeWords {
  return OUTCOMES[code] ?? { zh: code, en: code, tone: 'care', sign: '·' };
}

export function markWords(code: string): MarkWords {
  return MARKS[code] ?? { zh: code, en: code, tone: 'care', sign: '·', means: { zh: code, en: code } };
}

export function verdictWords(code: string): Words {
  return VERDICTS[code] ?? { zh: code, en: code };
}

export function remedyWords(code: string): Words {
  return REMEDIES[code.toLowerCase()] ?? { zh: code, en: code };
}

/** The codes of sharing/decision.py, and those that fetching adds. */
const REASONS: Record<string, Words> = {
  UNCONDITIONAL: { zh: '无条件共享', en: 'unconditional' },
  OPEN_TO_ALL: { zh: '对所有部门开放', en: 'open to all departments' },
  GRANTED: { zh: '已获授权', en: 'granted' },
  OWN_DATA: { zh: '本部门提供的数据', en: "the department's own data" },
  NOT_SHARED: { zh: '依法不予共享', en: 'not to be shared, by law' },
  NOT_GRANTED: { zh: '未获授权', en: 'not granted' },
  GRANT_NOT_IN_FORCE: { zh: '授权不在有效期内', en: 'the grant is not in force' },
  GRANT_SUSPENDED: { zh: '授权已被提供部门暂停', en: 'the grant is suspended by its provider' },
  OPERATION_NOT_GRANTED: { zh: '授权只限所登记的查询', en: 'granted for stored operations only' },
  QUOTA_EXHAUSTED: { zh: '今日限额已用完', en: "the day's quota is used up" },
  ATTEMPTS_EXHAUSTED: { zh: '今日核验次数已用完', en: "the day's match attempts are used up" },
  MATTER_UNKNOWN: { zh: '没有登记此事项', en: 'no such matter is registered' },
  MATTER_NOT_DECLARED: { zh: '此事项未申明需要此项', en: 'the matter does not declare that it needs this' },
  ZONE_MISMATCH: { zh: '属于另一网络', en: 'belongs to another network' },
  USE_NOT_GRANTED: { zh: '授权不含此用途', en: 'granted, but not for this use' },
  MATTER_NOT_GRANTED: { zh: '授权不含此事项', en: 'granted, but not for this matter' },
  MODE_NOT_GRANTED: { zh: '授权不含此共享方式', en: 'granted, but not in this mode' },
  MODE_NOT_PROVIDED: { zh: '不提供此共享方式', en: 'not provided in this mode' },
  CASE_REQUIRED: { zh: '须指明办件', en: 'a case must be named' },
  ROW_NOT_GRANTED: { zh: '此行不在授权范围', en: 'this row is beyond the grant' },
  ROW_RULE: { zh: '按此行情况处理', en: "this row's own rule" },
  VERIFY_ONLY: { zh: '只可核验', en: 'match check only' },
  FULL_REQUIRED: { zh: '须可读全值', en: 'needs the full value' },
  MISSING_FACT: { zh: '缺少判断依据', en: 'a fact is missing' },
  NO_CATALOGUE_ENTRY: { zh: '目录中没有此项', en: 'not in the catalogue' },
  NONCONFORMING: { zh: '不合数据标准', en: 'breaks its standard' },
  AMBIGUOUS_KEY: { zh: '同一标识有两条记录', en: 'two rows under one key' },
  REFERENCE_WITHOUT_ROW: { zh: '所指记录不存在', en: 'refers to no row' },
  NOT_CONNECTED: { zh: '数据源尚未接入', en: 'source not connected' },
};

/** A code as words; one that is not known here reads NEW_CODE → new code. */
export function reasonWords(code: string): Words {
  const plain = code.replaceAll('_', ' ').toLowerCase();
  return REASONS[code] ?? { zh: plain, en: plain };
}
