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

/** The materials whose source did not answer. */
export const unavailable = (check: Check): readonly Material[] =>
  check.materials.filter(
    (one) => one.reason === 'SOURCE_UNAVAILABLE' || one.contents.some((item) => item.outcome === 'SOURCE_UNAVAILABLE'),
  );

/** How many materials stand under each verdict, in the order of the verdicts. */
export function counts(check: Check): ReadonlyMap<Verdict, number> {
  const order: readonly Verdict[] = ['NOT_TO_BE_ASKED', 'OBTAINABLE', 'ACCEPT_IF_OFFERED', 'ASK_WITH_REASON', 'ASK'];
  const told = new Map<Verdict, number>();
  for (const verdict of order) {
    const count = check.materials.filter((one) => one.verdict === verdict).length;
    if (count > 0) told.set(verdict, count);
  }
  return told;
}
