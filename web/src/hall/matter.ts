import type { SubjectKind } from './identifiers';

/** A material as the matter lists it, before anything is read. */
export interface ListedMaterial {
  readonly code: string;
  readonly title: string;
  readonly titleEn: string;
  readonly note: string | null;
  /** In any of these only; none: always. */
  readonly situations: readonly string[];
  /** May not be asked for, whatever the registers say. */
  readonly barred: boolean;
  /** All that replaces it can be obtained. */
  readonly notToBeAsked: boolean;
  readonly replacedByText: string | null;
  readonly replacedByTextEn: string | null;
}

export interface Role {
  readonly name: string;
  readonly title: string;
  readonly titleEn: string;
  readonly kinds: readonly SubjectKind[];
  readonly least: number;
  /** null: any number. */
  readonly most: number | null;
  readonly actsFor: readonly string[];
  /** Whether who takes it names the document that it acts on, when a case is opened. */
  readonly statesAuthority: boolean;
}

export interface Situation {
  readonly code: string;
  readonly title: string;
  readonly titleEn: string;
}

/** A matter as the register of matters gives it, as far as the counter needs it. */
export interface Matter {
  readonly code: string;
  readonly title: string;
  readonly titleEn: string;
  readonly version: number;
  /** The department that has the duty. */
  readonly department: { readonly code: string; readonly title: string };
  /** The laws that it rests on. */
  readonly basis: readonly { readonly title: string; readonly number: string | null; readonly clause: string | null }[];
  readonly roles: readonly Role[];
  readonly situations: readonly Situation[];
  readonly materials: readonly ListedMaterial[];
}

/** The roles that a subject can be named in: of the others no base register knows anything. */
export const namedRoles = (matter: Joint): readonly Role[] => matter.roles.filter((one) => one.kinds.length > 0);

/** The counter acts for another department, by a recorded entrustment (Art. 17 ¶2). */
export interface Entrustment {
  readonly duty: string;
  readonly matters: readonly string[];
  readonly basis: string;
}

/** How many matters may be handled at once (一件事). */
export const MOST_MATTERS = 10;

const FEWER = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.min(one, other);
const both = (one: string, other: string, between: string): string => (one === other ? one : `${one}${between}${other}`);
const oncePer = <T>(all: readonly T[]): readonly T[] => [...new Set(all)];

/** Somebody in this role for both matters: as many as both take, of the kinds that both take. */
function inBoth(one: Role, other: Role): Role {
  return {
    name: one.name,
    title: both(one.title, other.title, '／'),
    titleEn: both(one.titleEn, other.titleEn, ' / '),
    kinds: one.kinds.filter((kind) => other.kinds.includes(kind)),
    least: Math.max(one.least, other.least),
    most: FEWER(one.most, other.most),
    actsFor: oncePer([...one.actsFor, ...other.actsFor]),
    statesAuthority: one.statesAuthority || other.statesAuthority,
  };
}

/** What is entered for several matters at once: each role and each situation stands once. */
export interface Joint {
  readonly roles: readonly Role[];
  readonly situations: readonly Situation[];
}

/** The matters as one form. */
export function joined(matters: readonly Matter[]): Joint {
  const roles = new Map<string, Role>();
  const situations = new Map<string, Situation>();
  for (const matter of matters) {
    for (const role of matter.roles) {
      const former = roles.get(role.name);
      roles.set(role.name, former === undefined ? role : inBoth(former, role));
    }
    for (const one of matter.situations) {
      const former = situations.get(one.code);
      const { code } = one;
      situations.set(
        code,
        former === undefined
          ? one
          : { code, title: both(former.title, one.title, '／'), titleEn: both(former.titleEn, one.titleEn, ' / ') },
      );
    }
  }
  return { roles: [...roles.values()], situations: [...situations.values()] };
}

/** Whether the same subjects can serve them all: in every role some kind and some number that all of them take. */
export function isJoinable(matters: readonly Matter[]): boolean {
  const had = new Set(matters.flatMap((matter) => namedRoles(matter).map((role) => role.name)));
  return joined(matters).roles.every(
    (role) => !had.has(role.name) || (role.kinds.length > 0 && (role.most === null || role.least <= role.most)),
  );
}

/** The laws that a matter rests on, as an application names them. */
export const basisText = (matter: Matter): string =>
  matter.basis.map(({ title, number, clause }) => `《${title}》${number === null ? '' : `（${number}）`}${clause ?? ''}`).join('；');
