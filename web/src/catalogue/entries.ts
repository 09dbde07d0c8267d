/** The catalogue's entries as the gateway gives them (resolvers/workflow/catalogue_entries.py). */

export type SharingType = 'UNCONDITIONAL' | 'CONDITIONAL' | 'NOT_SHARED';
export type Kind = 'BASE' | 'BUSINESS' | 'DERIVED';

export interface Department {
  readonly name: string;
  readonly title: string;
}

export interface Sharing {
  readonly sharingType: SharingType;
  readonly condition: string | null;
  readonly scope: string | null;
  readonly uses: readonly string[];
  readonly forms: readonly string[];
  readonly rows: readonly string[];
  readonly openForm: string | null;
  readonly basis: { readonly title: string; readonly number: string; readonly clause: string; readonly class: string } | null;
}

/** An entry in the list of what was found. */
export interface Hit {
  readonly coordinate: string;
  readonly name: string;
  readonly title: string;
  readonly sharingType: SharingType;
  readonly resource: { readonly name: string };
}

/** What something means, in English and in Chinese; empty where nothing is stated. */
export interface Noted {
  readonly note: string;
  readonly noteZh: string;
}

/** An entry in the table of its resource. */
export interface Entry extends Sharing, Noted {
  readonly coordinate: string;
  readonly name: string;
  readonly code: string;
  readonly title: string;
  readonly kind: Kind;
  readonly type: string;
  readonly standard: string | null;
  readonly provider: Department;
  readonly rules: readonly (Noted & { readonly article: string; readonly sharing: Pick<Sharing, 'sharingType'> })[];
  readonly derivation: { readonly operands: readonly string[] } | null;
  readonly relation: { readonly targets: readonly string[] } | null;
}

export interface Count {
  readonly value: string;
  readonly title: string;
  readonly titleEn: string;
  readonly entries: number;
}

export interface Facets {
  readonly registers: readonly Count[];
  readonly resources: readonly Count[];
  readonly providers: readonly Count[];
  readonly sharingTypes: readonly Count[];
  readonly kinds: readonly Count[];
}

export interface Page {
  readonly version: number;
  readonly total: number;
  readonly near: boolean;
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  readonly entries: readonly Hit[];
  readonly facets: Facets;
}

export interface ResourceEntries {
  readonly resource: {
    readonly name: string;
    readonly code: string;
    readonly title: string;
    readonly abstract: string;
    readonly provider: Department;
    readonly updateCycle: string;
    readonly modes: readonly string[];
    readonly format: string;
    readonly networkZone: string;
  };
  readonly register: { readonly name: string; readonly title: string; readonly lead: Department };
  readonly total: number;
  readonly entries: readonly Entry[];
  readonly roots: readonly { readonly field: string; readonly title: string }[];
  readonly example: { readonly query: string } | null;
}
