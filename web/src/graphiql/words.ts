import type { Words } from '../shell/language';

/** How an outcome looks: `good` delivered, `care` delivered with a reservation, `stop` not delivered. */
export type Tone = 'good' | 'care' | 'stop';

interface OutcomeWords extends Words {
  readonly tone: Tone;
  readonly sign: string;
}

const OUTCOMES: Record<string, OutcomeWords> = {
  SHARED: { zh: '已共享', en: 'shared', tone: 'good', sign: '●' },
  MASKED: { zh: '已脱敏', en: 'masked', tone: 'care', sign: '◐' },
  WITHHELD: { zh: '未共享', en: 'withheld', tone: 'stop', sign: '○' },
  UNDER_VERIFICATION: { zh: '校核中', en: 'under verification', tone: 'care', sign: '◐' },
  SOURCE_UNAVAILABLE: { zh: '数据源不可用', en: 'source unavailable', tone: 'stop', sign: '✕' },
  NONCONFORMING: { zh: '不合标准', en: 'nonconforming', tone: 'care', sign: '!' },
};

const REMEDIES: Record<string, Words> = {
  apply: { zh: '可以申请', en: 'apply for it' },
  negotiate: { zh: '与提供部门协商', en: 'negotiate with the provider' },
  wait: { zh: '稍后再查', en: 'wait and ask again' },
  none: { zh: '—', en: '—' },
};

export function outcomeWords(code: string): OutcomeWords {
  return OUTCOMES[code] ?? { zh: code, en: code, tone: 'care', sign: '·' };
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
