import type { Words } from '../shell/language';
import { INPUT_FIELD, judge, type Judged } from './identifiers';
import { joined, namedRoles, type Joint, type Matter, type Role } from './matter';
import type { AuthorityInput, CaseFile, SubjectInput } from './questions';

export type AuthorityKind = 'GUARDIAN' | 'AGENT';

/** One field of the form: somebody or something in a role. `id` names the field, not the subject. */
export interface Entry {
  readonly id: string;
  readonly role: string;
  readonly text: string;
  /** On which document an agent or guardian acts, of which kind it is, and until when it holds; no day: none is set. */
  readonly basis: string;
  readonly kind: AuthorityKind;
  readonly until: string;
}

/** What the counter has entered; nothing of it leaves the page but in a request. */
export interface Draft {
  /** The matter that the case is of, and those that are handled along with it (一件事). */
  readonly matter: string;
  readonly further: readonly string[];
  readonly entries: readonly Entry[];
  readonly situations: readonly string[];
  readonly case: string;
  readonly handler: string;
  readonly actingFor: string;
}

export const emptyDraft = (handler: string): Draft => ({
  matter: '',
  further: [],
  entries: [],
  situations: [],
  case: '',
  handler,
  actingFor: '',
});

const isGuardians = (role: string) => role.toLowerCase().includes('guardian');

/** Whether a role is that of a guardian or of an agent, so that the counter has to say which. */
export const isEither = (role: string): boolean => isGuardians(role) && role.toLowerCase().includes('agent');

let counter = 0;
const entry = (role: string, part: Partial<Entry> = {}): Entry => ({
  id: `subject-${++counter}`,
  role,
  text: '',
  basis: '',
  kind: isGuardians(role) ? 'GUARDIAN' : 'AGENT',
  until: '',
  ...part,
});

/** The fields that these matters need, what was entered in their roles kept: the least number in each role, one where none
 * is required. */
export function fieldsOf(joint: Joint, former: readonly Entry[] = []): readonly Entry[] {
  return namedRoles(joint).flatMap((role) => {
    const kept = former.filter((one) => one.role === role.name);
    const lacks = Math.max(1, role.least) - kept.length;
    return [...kept, ...Array.from({ length: Math.max(0, lacks) }, () => entry(role.name))];
  });
}

/** A further field of a role, after the others of it. */
export function withField(draft: Draft, role: string): { readonly draft: Draft; readonly id: string } {
  const added = entry(role);
  const at = draft.entries.findLastIndex((one) => one.role === role) + 1;
  return { draft: { ...draft, entries: [...draft.entries.slice(0, at), added, ...draft.entries.slice(at)] }, id: added.id };
}

/** A resumed case as the form shows it, with the matters that were checked in it along with its own. */
export function draftOf(file: CaseFile, matter: Matter, further: readonly Matter[], former: Draft): Draft {
  const told = file.subjects.map(({ role, code }) => {
    const acting = file.authorities.find((one) => one.holder.role === role && one.holder.code === code);
    if (acting === undefined) return entry(role, { text: code });
    return entry(role, { text: code, basis: acting.basis, kind: acting.kind, until: acting.validUntil ?? '' });
  });
  const entries = fieldsOf(joined([matter, ...further]), told);
  return { ...former, matter: matter.code, further: further.map((one) => one.code), entries, case: file.number };
}

export interface Place {
  readonly entry: Entry;
  readonly judged: Judged;
}

/** Every field judged; the same code twice in one role is wrong the second time. */
export function judged(draft: Draft, joint: Joint): readonly Place[] {
  const seen = new Set<string>();
  return draft.entries.map((one) => {
    const told = judge(one.text, roleOf(joint, one.role)?.kinds ?? []);
    if (told.kind !== 'good') return { entry: one, judged: told };
    const key = `${one.role} ${told.code}`;
    if (!seen.has(key)) {
      seen.add(key);
      return { entry: one, judged: told };
    }
    const why = { zh: '这个角色已填过同一代码', en: 'this code stands in the same role already' };
    return { entry: one, judged: { kind: 'bad', why } };
  });
}

export const roleOf = (joint: Joint, name: string): Role | undefined => joint.roles.find((one) => one.name === name);

/** Whether a text is a day, as a calendar has it. */
export function isDay(text: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** A field to be corrected, and why. */
export interface Lack {
  readonly field: string;
  readonly why: Words;
}

/** What keeps the form from being sent; null: nothing. `opens`: whether the case is opened with it. */
export function lacking(draft: Draft, joint: Joint | null, opens: boolean): Lack | null {
  if (joint === null) return { field: 'matter', why: { zh: '请先选择事项', en: 'choose a matter first' } };
  const places = judged(draft, joint);
  for (const { entry: one, judged: told } of places) {
    if (told.kind === 'bad') return { field: one.id, why: told.why };
    if (told.kind === 'typing') return { field: one.id, why: { zh: '代码没有输完', en: 'the code is not complete' } };
  }
  for (const role of namedRoles(joint)) {
    const ofRole = places.filter((place) => place.entry.role === role.name);
    if (ofRole.filter((place) => place.judged.kind === 'good').length < role.least) {
      const field = ofRole.find((place) => place.judged.kind === 'empty')?.entry.id ?? 'matter';
      return { field, why: { zh: `请填写${role.title}`, en: `${role.titleEn} is lacking` } };
    }
  }
  const all = filled(draft, joint);
  if (all.length === 0) {
    return { field: draft.entries[0]?.id ?? 'matter', why: { zh: '请至少填写一个当事人', en: 'name at least one subject' } };
  }
  if (draft.handler.trim() === '') return { field: 'handler', why: { zh: '请填写经办人', en: 'the handler is lacking' } };
  return opens ? lackingAuthority(draft, joint) : null;
}

/** Whoever acts for another in a case rests on a document (民法典 23, 161), and that must still hold. */
function lackingAuthority(draft: Draft, joint: Joint): Lack | null {
  for (const { entry: one } of filled(draft, joint)) {
    const role = roleOf(joint, one.role);
    if (role === undefined || role.actsFor.length === 0) continue;
    if (one.until.trim() !== '' && !isDay(one.until.trim())) {
      return { field: `${one.id}-until`, why: { zh: '日期应为年-月-日，如 2027-03-31', en: 'a day is written 2027-03-31' } };
    }
    if (one.basis.trim() === '' && role.statesAuthority) {
      return {
        field: `${one.id}-basis`,
        why: { zh: `请填写${role.title}的授权依据`, en: `say what the ${role.titleEn} rests on` },
      };
    }
  }
  return null;
}

/** The subjects as the gateway takes them, in the form's order. */
export function subjectsOf(draft: Draft, joint: Joint): readonly SubjectInput[] {
  return filled(draft, joint).map(({ entry: one, code, is }) => ({ role: one.role, [INPUT_FIELD[is]]: code }));
}

/** Who stands in the roles of these matters, each by role and code. */
export const standing = (draft: Draft, joint: Joint, of: Joint): ReadonlySet<string> =>
  new Set(filled(draft, joint).flatMap(({ entry: one, code }) => (roleOf(of, one.role) === undefined ? [] : [seat(one.role, code)])));

export const seat = (role: string, code: string): string => `${role} ${code}`;

/** The code of a role's subject by its number, as contents name it. */
export function codeOf(draft: Draft, joint: Joint, role: string, subject: number): string | null {
  return filled(draft, joint).filter(({ entry: one }) => one.role === role)[subject]?.code ?? null;
}

function filled(draft: Draft, joint: Joint) {
  return judged(draft, joint).flatMap(({ entry: one, judged: told }) =>
    told.kind === 'good' ? [{ entry: one, code: told.code, is: told.is }] : [],
  );
}

/** What agents and guardians rest on: for everybody in the roles that theirs acts for; numbered as in `subjectsOf`. */
export function authoritiesOf(draft: Draft, joint: Joint): readonly AuthorityInput[] {
  const all = filled(draft, joint);
  return all.flatMap(({ entry: one }, holder) => {
    const actsFor = roleOf(joint, one.role)?.actsFor ?? [];
    const principals = all.flatMap((other, place) => (actsFor.includes(other.entry.role) ? [place] : []));
    if (principals.length === 0 || one.basis.trim() === '') return [];
    return [{ kind: one.kind, holder, actsFor: principals, basis: one.basis.trim(), validUntil: one.until.trim() || null }];
  });
}

/** What a check was made of: when it differs from the form, the check is out of date. */
export const fingerprint = (draft: Draft): string =>
  JSON.stringify([
    [draft.matter, ...draft.further],
    draft.entries.map((one) => [one.role, one.text]).filter(([, text]) => text !== ''),
    draft.situations,
    draft.case,
    draft.handler,
    draft.actingFor,
  ]);
