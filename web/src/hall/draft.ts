import type { Words } from '../shell/language';
import { INPUT_FIELD, judge, type Judged } from './identifiers';
import { namedRoles, type Matter, type Role } from './matter';
import type { AuthorityInput, CaseFile, SubjectInput } from './questions';

/** One field of the form: somebody or something in a role. `id` names the field, not the subject. */
export interface Entry {
  readonly id: string;
  readonly role: string;
  readonly text: string;
  /** On which document an agent or guardian acts. */
  readonly basis: string;
}

/** What the counter has entered; nothing of it leaves the page but in a request. */
export interface Draft {
  readonly matter: string;
  readonly entries: readonly Entry[];
  readonly situations: readonly string[];
  readonly case: string;
  readonly handler: string;
  readonly actingFor: string;
}

export const emptyDraft = (handler: string): Draft => ({
  matter: '',
  entries: [],
  situations: [],
  case: '',
  handler,
  actingFor: '',
});

let counter = 0;
const entry = (role: string, text = '', basis = ''): Entry => ({ id: `subject-${++counter}`, role, text, basis });

/** The fields that a matter begins with: the least number in each role, one where none is required. */
export function fieldsOf(matter: Matter): readonly Entry[] {
  return namedRoles(matter).flatMap((role) => Array.from({ length: Math.max(1, role.least) }, () => entry(role.name)));
}

/** A further field of a role, after the others of it. */
export function withField(draft: Draft, role: string): { readonly draft: Draft; readonly id: string } {
  const added = entry(role);
  const at = draft.entries.findLastIndex((one) => one.role === role) + 1;
  return { draft: { ...draft, entries: [...draft.entries.slice(0, at), added, ...draft.entries.slice(at)] }, id: added.id };
}

/** A resumed case as the form shows it. */
export function draftOf(file: CaseFile, matter: Matter, former: Draft): Draft {
  const told = file.subjects.map(({ role, code }) => {
    const acting = file.authorities.find((one) => one.holder.role === role && one.holder.code === code);
    return entry(role, code, acting?.basis ?? '');
  });
  const entries = namedRoles(matter).flatMap((role) => {
    const ofRole = told.filter((one) => one.role === role.name);
    return ofRole.length > 0 ? ofRole : [entry(role.name)];
  });
  return { ...former, matter: matter.code, entries, case: file.number };
}

export interface Place {
  readonly entry: Entry;
  readonly judged: Judged;
}

/** Every field judged; the same code twice in one role is wrong the second time. */
export function judged(draft: Draft, matter: Matter): readonly Place[] {
  const seen = new Set<string>();
  return draft.entries.map((one) => {
    const told = judge(one.text, roleOf(matter, one.role)?.kinds ?? []);
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

export const roleOf = (matter: Matter, name: string): Role | undefined => matter.roles.find((one) => one.name === name);

/** What keeps the form from being sent: the first field to be corrected, and why; null: nothing. */
export function lacking(draft: Draft, matter: Matter | null): { readonly field: string; readonly why: Words } | null {
  if (matter === null) return { field: 'matter', why: { zh: '请先选择事项', en: 'choose a matter first' } };
  const places = judged(draft, matter);
  for (const { entry: one, judged: told } of places) {
    if (told.kind === 'bad') return { field: one.id, why: told.why };
    if (told.kind === 'typing') return { field: one.id, why: { zh: '代码没有输完', en: 'the code is not complete' } };
  }
  for (const role of namedRoles(matter)) {
    const ofRole = places.filter((place) => place.entry.role === role.name);
    if (ofRole.filter((place) => place.judged.kind === 'good').length < role.least) {
      const field = ofRole.find((place) => place.judged.kind === 'empty')?.entry.id ?? 'matter';
      return { field, why: { zh: `请填写${role.title}`, en: `${role.titleEn} is lacking` } };
    }
  }
  if (subjectsOf(draft, matter).length === 0) {
    return { field: draft.entries[0]?.id ?? 'matter', why: { zh: '请至少填写一个当事人', en: 'name at least one subject' } };
  }
  if (draft.handler.trim() === '') return { field: 'handler', why: { zh: '请填写经办人', en: 'the handler is lacking' } };
  return null;
}

/** The subjects as the gateway takes them, in the form's order. */
export function subjectsOf(draft: Draft, matter: Matter): readonly SubjectInput[] {
  return filled(draft, matter).map(({ entry: one, code, is }) => ({ role: one.role, [INPUT_FIELD[is]]: code }));
}

/** The code of a role's subject by its number, as contents name it. */
export function codeOf(draft: Draft, matter: Matter, role: string, subject: number): string | null {
  return filled(draft, matter).filter(({ entry: one }) => one.role === role)[subject]?.code ?? null;
}

function filled(draft: Draft, matter: Matter) {
  return judged(draft, matter).flatMap(({ entry: one, judged: told }) =>
    told.kind === 'good' ? [{ entry: one, code: told.code, is: told.is }] : [],
  );
}

/** What agents and guardians rest on: for everybody in the roles that theirs acts for. */
export function authoritiesOf(draft: Draft, matter: Matter): readonly AuthorityInput[] {
  const all = filled(draft, matter);
  return all.flatMap(({ entry: one }, holder) => {
    const actsFor = roleOf(matter, one.role)?.actsFor ?? [];
    const principals = all.flatMap((other, place) => (actsFor.includes(other.entry.role) ? [place] : []));
    if (principals.length === 0 || one.basis.trim() === '') return [];
    const kind = one.role.toLowerCase().includes('guardian') ? 'GUARDIAN' : 'AGENT';
    return [{ kind, holder, actsFor: principals, basis: one.basis.trim(), validUntil: null }] as const;
  });
}

/** What a check was made of: when it differs from the form, the check is out of date. */
export const fingerprint = (draft: Draft): string =>
  JSON.stringify([draft.matter, draft.entries.map((one) => [one.role, one.text]), draft.situations, draft.case, draft.handler, draft.actingFor]);
