import type { Words } from '../shell/language';
import type { Item, Verdict } from './check';

export const PAGE: Words = { zh: '综合受理窗口', en: 'Service counter' };

export type Tone = 'green' | 'amber' | 'grey';

/** How a verdict looks and reads: never by its colour alone. */
export interface VerdictWords extends Words {
  readonly tone: Tone;
  readonly sign: 'done' | 'apply' | 'offer' | 'reason' | 'submit';
}

export const VERDICTS: Record<Verdict, VerdictWords> = {
  NOT_TO_BE_ASKED: {
    zh: '免提交',
    en: 'Not to be asked',
    tone: 'green',
    sign: 'done',
  },
  OBTAINABLE: {
    zh: '免提交，可申请共享',
    en: 'Not to be asked, apply for it',
    tone: 'amber',
    sign: 'apply',
  },
  ACCEPT_IF_OFFERED: {
    zh: '主动提供即收，不得索要',
    en: 'Accept if offered, never demand',
    tone: 'amber',
    sign: 'offer',
  },
  ASK_WITH_REASON: {
    zh: '可以要求，须说明理由',
    en: 'May be asked, with the reason',
    tone: 'amber',
    sign: 'reason',
  },
  ASK: {
    zh: '请当事人提交',
    en: 'To be submitted',
    tone: 'grey',
    sign: 'submit',
  },
};

/** Where the reason says more than the verdict does. */
const BY_REASON: Record<string, Words> = {
  CASE_REQUIRED: { zh: '免提交，开办后取得', en: 'Not to be asked, open the case' },
  PENDING: { zh: '免提交，等待答复', en: 'Not to be asked, answer awaited' },
};

/** What a material's verdict is called. */
export const verdictWords = ({ verdict, reason }: { readonly verdict: Verdict; readonly reason: string }): VerdictWords => ({
  ...VERDICTS[verdict],
  ...BY_REASON[reason],
});

const REMEDIES: Record<string, Words> = {
  apply: { zh: '向提供部门申请共享', en: 'apply to the provider' },
  negotiate: { zh: '与提供部门协商', en: 'negotiate with the provider' },
  wait: { zh: '等待，稍后再核验', en: 'wait, and check again later' },
  name_case: { zh: '开办或者指明办件', en: 'open or name the case' },
  run_stored_operation: { zh: '运行授权所限的存储查询', en: 'run the stored operation' },
  verify: { zh: '只可核验比对', en: 'it can but be compared' },
  none: { zh: '无', en: 'none' },
};

const OUTCOMES: Record<string, Words> = {
  COMPARED: { zh: '仅核验', en: 'compared only' },
  MASKED: { zh: '脱敏', en: 'masked' },
  WITHHELD: { zh: '未提供', en: 'withheld' },
  NONCONFORMING: { zh: '不合标准', en: 'breaks its standard' },
  SOURCE_UNAVAILABLE: { zh: '来源未答复', en: 'source did not answer' },
  UNDER_VERIFICATION: { zh: '核实中', en: 'under verification' },
};

export const LENIENCES: Record<string, Words> = {
  COMMITMENT: { zh: '可用告知承诺', en: 'a commitment will do' },
  DEFERRED: { zh: '可以容缺受理', en: 'may follow later' },
};

const same = (text: string): Words => ({ zh: text, en: text });
export const remedyWords = (remedy: string): Words => REMEDIES[remedy.toLowerCase()] ?? same(remedy);
export const outcomeWords = (outcome: string): Words => OUTCOMES[outcome] ?? same(outcome);

/** Outcomes under which no value says nothing of the register: it may well hold one. */
const KEPT_BACK = new Set(['MASKED', 'WITHHELD', 'SOURCE_UNAVAILABLE', 'NONCONFORMING']);

/** Why no value stands there, where the outcome does not say it: no record is told only of a register that was read. */
export const whyNone = ({ outcome, asOf }: Item): Words | null =>
  KEPT_BACK.has(outcome) ? null : asOf === null ? { zh: '未查询', en: 'not looked up' } : { zh: '无记录', en: 'no record' };

/** An instant as clocks in the hall show it: minutes, or days where it is another day's. */
export function clock(at: string, now: Date = new Date()): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return time.toDateString() === now.toDateString()
    ? hours
    : `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${hours}`;
}
