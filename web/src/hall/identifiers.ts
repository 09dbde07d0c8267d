import type { Words } from '../shell/language';

/** What may stand in a role of a matter. */
export type SubjectKind = 'PERSON' | 'ORGANISATION' | 'REAL_ESTATE_UNIT' | 'LAND_PARCEL';

/** The field of `CaseSubjectInput` that takes a code of each kind. */
export const INPUT_FIELD: Record<SubjectKind, 'idNumber' | 'creditCode' | 'unitCode' | 'parcelCode'> = {
  PERSON: 'idNumber',
  ORGANISATION: 'creditCode',
  REAL_ESTATE_UNIT: 'unitCode',
  LAND_PARCEL: 'parcelCode',
};

export const KIND_WORDS: Record<SubjectKind, Words> = {
  PERSON: { zh: '公民身份号码', en: 'identity number' },
  ORGANISATION: { zh: '统一社会信用代码', en: 'unified social credit code' },
  REAL_ESTATE_UNIT: { zh: '不动产单元代码', en: 'real-estate unit code' },
  LAND_PARCEL: { zh: '宗地代码', en: 'land parcel code' },
};

export const LENGTHS: Record<SubjectKind, number> = { PERSON: 18, ORGANISATION: 18, REAL_ESTATE_UNIT: 28, LAND_PARCEL: 19 };

/** What stands in a field, judged as it is typed. */
export type Judged =
  | { readonly kind: 'empty' }
  /** Not long enough yet to be judged. */
  | { readonly kind: 'typing'; readonly length: number; readonly of: number }
  | { readonly kind: 'good'; readonly code: string; readonly is: SubjectKind }
  | { readonly kind: 'bad'; readonly why: Words };

const BLANKS = /[\s\u00a0\u3000\u200b\ufeff]/g;

/** Half-width, upper-case, without blanks: scanners and input methods send full-width digits, certificates print groups. */
export function normalise(text: string): string {
  const half = text.replace(/[\uff01-\uff5e]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0));
  return half.replace(BLANKS, '').toUpperCase();
}

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS = '10X98765432';
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const PARCEL = /^[1-9][0-9]{11}[GJZ][ABCDEFGHLNSWXY][0-9]{5}$/;
const FEATURE = /^(?:[FLQ][0-9]{8}|W0{8})$/;

const sum = (weights: readonly number[], values: readonly number[]) =>
  weights.reduce((total, weight, at) => total + weight * (values[at] ?? 0), 0);

function isDate(digits: string): boolean {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1840 && year <= 2099 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const fault = (zh: string, en: string): Words => ({ zh, en });

/** Each gives what is wrong with a code of the right length; null: nothing. GB 11643, GB 32100, GB/T 37346. */
const FAULTS: Record<SubjectKind, (code: string) => Words | null> = {
  PERSON(code) {
    if (!/^[0-9]{17}[0-9X]$/.test(code)) return fault('公民身份号码应为17位数字加1位数字或X', 'seventeen digits, then a digit or X');
    if (!isDate(code.slice(6, 14))) return fault('第7至14位不是有效的出生日期', 'digits 7 to 14 are not a date of birth');
    const check = ID_CHECKS[sum(ID_WEIGHTS, [...code].map(Number)) % 11];
    return check === code[17] ? null : fault('校验码不符，请核对证件', 'the check digit does not fit: compare with the document');
  },
  ORGANISATION(code) {
    const values = [...code].map((one) => CREDIT_ALPHABET.indexOf(one));
    if (values.some((value) => value < 0)) return fault('含有不允许的字符（不用 I、O、S、V、Z）', 'a character outside its alphabet (no I, O, S, V, Z)');
    const check = CREDIT_ALPHABET[(31 - (sum(CREDIT_WEIGHTS, values) % 31)) % 31];
    return check === code[17] ? null : fault('校验码不符，请核对执照', 'the check character does not fit: compare with the licence');
  },
  LAND_PARCEL(code) {
    return PARCEL.test(code) ? null : fault('宗地代码应为12位数字、2位特征码、5位顺序号', '12 digits, two feature letters, 5 digits');
  },
  REAL_ESTATE_UNIT(code) {
    if (!PARCEL.test(code.slice(0, 19))) return fault('前19位不是宗地代码', 'the first 19 characters are not a parcel code');
    return FEATURE.test(code.slice(19)) ? null : fault('后9位应为F、L、Q加8位数字，或W加8个0', 'then F, L or Q and 8 digits, or W and 8 zeros');
  },
};

const KINDS: readonly SubjectKind[] = ['PERSON', 'ORGANISATION', 'REAL_ESTATE_UNIT', 'LAND_PARCEL'];

/** Judges what was typed or scanned for a role that takes these kinds. The gateway remains the judge in the end. */
export function judge(text: string, kinds: readonly SubjectKind[]): Judged {
  const code = normalise(text);
  if (code === '') return { kind: 'empty' };
  const ofLength = kinds.filter((kind) => LENGTHS[kind] === code.length);
  const good = ofLength.find((kind) => FAULTS[kind](code) === null);
  if (good !== undefined) return { kind: 'good', code, is: good };
  const other = KINDS.find((kind) => !kinds.includes(kind) && LENGTHS[kind] === code.length && FAULTS[kind](code) === null);
  if (other !== undefined) {
    const { zh, en } = KIND_WORDS[other];
    return { kind: 'bad', why: fault(`这是${zh}，这里不用它`, `this is a ${en}, which does not belong here`) };
  }
  // Where two kinds are as long, the one that the characters look like says what is wrong.
  const likely = ofLength.find((kind) => kind === 'PERSON' && /^[0-9]{17}[0-9X]$/.test(code)) ?? ofLength.at(-1);
  if (likely !== undefined) return { kind: 'bad', why: FAULTS[likely](code) ?? fault('代码有误', 'the code is wrong') };
  const longest = Math.max(...kinds.map((kind) => LENGTHS[kind]));
  const next = kinds.map((kind) => LENGTHS[kind]).filter((length) => length > code.length).sort((one, two) => one - two)[0];
  if (code.length > longest || next === undefined) {
    return { kind: 'bad', why: fault(`${code.length}位，多于${longest}位`, `${code.length} characters, more than ${longest}`) };
  }
  return { kind: 'typing', length: code.length, of: next };
}
