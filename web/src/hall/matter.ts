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
  readonly roles: readonly Role[];
  readonly situations: readonly Situation[];
  readonly materials: readonly ListedMaterial[];
}

/** The roles that a subject can be named in: of the others no base register knows anything. */
export const namedRoles = (matter: Matter): readonly Role[] => matter.roles.filter((one) => one.kinds.length > 0);

/** The counter acts for another department, by a recorded entrustment (Art. 17 ¶2). */
export interface Entrustment {
  readonly duty: string;
  readonly matters: readonly string[];
  readonly basis: string;
}
