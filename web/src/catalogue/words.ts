import type { Words } from '../shell/language';
import type { Kind, SharingType } from './entries';

export const PAGE: Words = { zh: '政务信息资源共享目录', en: 'Catalogue of shared information' };

/** How a sharing type looks: never by its colour alone. */
export interface TypeWords extends Words {
  readonly tone: 'good' | 'care' | 'stop';
  readonly sign: string;
  readonly means: Words;
}

export const TYPES: Record<SharingType, TypeWords> = {
  UNCONDITIONAL: {
    zh: '无条件共享',
    en: 'Unconditional',
    tone: 'good',
    sign: '●',
    means: {
      zh: '说明使用用途即可直接获取，不用申请（第10条、第16条）。',
      en: 'Every department that states a purpose gets it at once, without applying (Art. 10, 16).',
    },
  },
  CONDITIONAL: {
    zh: '有条件共享',
    en: 'Conditional',
    tone: 'care',
    sign: '◐',
    means: {
      zh: '符合共享条件的部门经平台申请，提供部门在10个工作日内答复（第16条）。',
      en: 'By grant: apply through the platform; the provider answers within 10 working days (Art. 16).',
    },
  },
  NOT_SHARED: {
    zh: '不予共享',
    en: 'Not shared',
    tone: 'stop',
    sign: '○',
    means: {
      zh: '法律、行政法规或者党中央、国务院政策规定不予共享，依据列在目录中（第11条）。确需使用的，先与提供部门协商（第16条）。',
      en: 'A law or a State policy forbids sharing; the basis is stated (Art. 11). Where it is really needed, negotiate with the provider (Art. 16).',
    },
  },
};

export const KINDS: Record<Kind, Words> = {
  BASE: { zh: '基础信息项', en: 'base' },
  BUSINESS: { zh: '业务信息项', en: 'business' },
  DERIVED: { zh: '衍生信息项', en: 'derived' },
};

const CODES: Record<string, Words> = {
  REAL_TIME: { zh: '实时', en: 'real time' },
  DAILY: { zh: '每日', en: 'daily' },
  WEEKLY: { zh: '每周', en: 'weekly' },
  MONTHLY: { zh: '每月', en: 'monthly' },
  QUARTERLY: { zh: '每季度', en: 'quarterly' },
  HALF_YEARLY: { zh: '每半年', en: 'half-yearly' },
  YEARLY: { zh: '每年', en: 'yearly' },
  ON_DEMAND: { zh: '按需', en: 'on demand' },
  ONLINE_LOOKUP: { zh: '联机查询', en: 'online lookup' },
  BULK_DOWNLOAD: { zh: '部门批量下载', en: 'bulk download' },
  SYSTEM_INTERCONNECTION: { zh: '系统对接', en: 'system interconnection' },
  FRONT_END_SERVER: { zh: '前置机共享', en: 'front-end exchange server' },
  ADMINISTRATIVE_BASIS: { zh: '行政依据', en: 'administrative basis' },
  WORK_REFERENCE: { zh: '工作参考', en: 'work reference' },
  DATA_VERIFICATION: { zh: '数据校核', en: 'data verification' },
  BUSINESS_COORDINATION: { zh: '业务协同', en: 'business coordination' },
  FULL: { zh: '完整', en: 'in full' },
  MASKED: { zh: '脱敏', en: 'masked' },
  VERIFY: { zh: '仅核验', en: 'match check only' },
  ALL: { zh: '全部', en: 'all rows' },
  OWN_DIVISION: { zh: '本行政区域', en: 'own division' },
  CASE_SUBJECT: { zh: '办件当事人', en: "the case's subjects" },
  extranet: { zh: '电子政务外网', en: 'e-government extranet' },
  intranet: { zh: '电子政务内网', en: 'e-government intranet' },
  database: { zh: '数据库', en: 'database' },
};

/** A code as words; one that is not known here stays as it is. */
export function codeWords(code: string): Words {
  return CODES[code] ?? { zh: code, en: code };
}
