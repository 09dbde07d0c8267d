import type { SubjectKind } from './identifiers';

/** A matter as the register of matters gives it, as far as the counter needs it. */
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

export interface Matter {
  readonly code: string;
  readonly title: string;
  readonly titleEn: string;
  readonly version: number;
  /** The department that has the duty. */
  readonly department: { readonly code: string; readonly title: string };
  readonly roles: readonly Role[];
  readonly situations: readonly Situation[];
}

/** The counter acts for another department, by a recorded entrustment (Art. 17 ¶2). */
export interface Entrustment {
  readonly duty: string;
  readonly matters: readonly string[];
  readonly basis: string;
}
