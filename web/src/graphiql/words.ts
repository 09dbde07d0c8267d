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

/** `Art. 11(2)` is 第十一条第二款 to a Chinese reader; digits are kept, they are quicker to find. */
export function articleWords(article: string): Words {
  const [, number, paragraph] = /^(?:Art\.?\s*)?(\d+)(?:\((\d+)\))?$/i.exec(article.trim()) ?? [];
  if (number === undefined) return { zh: article, en: article };
  const tail = paragraph === undefined ? '' : `第${paragraph}款`;
  return { zh: `第${number}条${tail}`, en: `Art. ${number}${paragraph === undefined ? '' : `(${paragraph})`}` };
}

/** A code as words: NO_GRANT → no grant. */
export function reasonText(code: string): string {
  return code.replaceAll('_', ' ').toLowerCase();
}
