/** A check of a matter's materials, as the gateway answers it. */
export type Verdict = 'NOT_TO_BE_ASKED' | 'OBTAINABLE' | 'ACCEPT_IF_OFFERED' | 'ASK_WITH_REASON' | 'ASK';

export interface Item {
  readonly item: string;
  readonly coordinate: string;
  readonly title: string;
  readonly value: string | null;
  /** A code's name in Chinese. */
  readonly display: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly provider: string | null;
  readonly providerTitle: string | null;
  readonly asOf: string | null;
  readonly role: string;
  readonly subject: number;
  readonly path: string;
  readonly since: string | null;
  readonly changed: boolean | null;
}

export interface Lenience {
  readonly kind: 'COMMITMENT' | 'DEFERRED';
  readonly checkBy: string;
}

export interface Material {
  /** Of which matter: with `code` it names the material. */
  readonly matter: string;
  readonly code: string;
  readonly title: string;
  readonly titleEn: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly reasonText: string;
  readonly reasonTextEn: string;
  readonly article: string | null;
  readonly provider: string | null;
  readonly providerTitle: string | null;
  readonly remedy: string | null;
  readonly expected: string | null;
  readonly lenience: Lenience | null;
  readonly contents: readonly Item[];
  readonly application: { readonly document: string; readonly items: readonly string[] } | null;
  readonly receipt: string;
  readonly changed: boolean | null;
}

export interface Check {
  readonly matter: string;
  readonly title: string;
  readonly titleEn: string;
  readonly version: number;
  readonly checkedAt: string;
  readonly receipt: string;
  readonly case: string | null;
  readonly comparedWith: string | null;
  readonly materials: readonly Material[];
}

/** A check as the gateway tells it: its materials say not of which matter they are. */
export type ToldCheck = Omit<Check, 'materials'> & { readonly materials: readonly Omit<Material, 'matter'>[] };

export const readCheck = (told: ToldCheck): Check => ({
  ...told,
  materials: told.materials.map((one) => ({ ...one, matter: told.matter })),
});

/** The name of a material among those of all matters: a code is its own matter's. */
export const nameOf = ({ matter, code }: { readonly matter: string; readonly code: string }): string => `${matter}-${code}`;

export const materialsOf = (checks: readonly Check[]): readonly Material[] => checks.flatMap((one) => one.materials);

/** The materials whose source did not answer. */
export const unavailable = (materials: readonly Material[]): readonly Material[] =>
  materials.filter(
    (one) => one.reason === 'SOURCE_UNAVAILABLE' || one.contents.some((item) => item.outcome === 'SOURCE_UNAVAILABLE'),
  );

/** How many materials stand under each verdict, in the order of the verdicts. */
export function counts(materials: readonly Material[]): ReadonlyMap<Verdict, number> {
  const order: readonly Verdict[] = ['NOT_TO_BE_ASKED', 'OBTAINABLE', 'ACCEPT_IF_OFFERED', 'ASK_WITH_REASON', 'ASK'];
  const told = new Map<Verdict, number>();
  for (const verdict of order) {
    const count = materials.filter((one) => one.verdict === verdict).length;
    if (count > 0) told.set(verdict, count);
  }
  return told;
}
