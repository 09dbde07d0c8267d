import { readAnswered } from '../shared/answer';
import type { Door } from '../shared/door';
import { problemOf } from '../shared/problem';
import { ask, purposeOf, type Answer, type Errand } from './ask';
import { readCheck, type Check, type Material, type ToldCheck } from './check';
import type { AuthorityKind } from './draft';
import type { Entrustment, Matter } from './matter';

const MATTERS = `query Matters {
  matters {
    code title titleEn version
    department { code title }
    basis { title number clause }
    roles { name title titleEn kinds least most actsFor statesAuthority }
    situations { code title titleEn }
    materials { code title titleEn note situations barred notToBeAsked replacedByText replacedByTextEn }
  }
}`;

const ENTRUSTMENTS = `query Entrustments { entrustments(inForce: true) { duty matters basis } }`;

const CHECKED = `fragment Checked on MaterialCheck {
  matter title titleEn version checkedAt receipt case comparedWith
  materials {
    code title titleEn verdict reason reasonText reasonTextEn article provider providerTitle remedy expected receipt changed
    lenience { kind checkBy }
    application { document items }
    contents {
      item coordinate title value display outcome reason provider providerTitle asOf role roleTitle subject path since changed
    }
  }
}`;

const CHECK = `query Check($matter: String!, $subjects: [CaseSubjectInput!]!, $situations: [String!]) {
  materialCheck(matter: $matter, subjects: $subjects, situations: $situations) { ...Checked }
}
${CHECKED}`;

const CHECKS = `query Checks($matters: [String!]!, $subjects: [CaseSubjectInput!]!, $situations: [String!]) {
  materialChecks(matters: $matters, subjects: $subjects, situations: $situations) { ...Checked }
}
${CHECKED}`;

const CASE = `number matter openedBy handler openedAt lastCheckedAt closedAt closedBy result warnings`;

const SERVICE_CASE = `query ServiceCase($number: String!) {
  serviceCase(number: $number) {
    ${CASE}
    subjects { role code }
    authorities { kind holder { role code } actsFor { role code } basis validUntil expired }
    checks { matter }
    collections { id matter material kind reason at handler }
  }
}`;

const SERVICE_CASES = `query ServiceCases { serviceCases(open: true, first: 30) { cases { ${CASE} } } }`;

const OPEN = `mutation Open(
  $case: String!, $matter: String!, $further: [String!], $subjects: [CaseSubjectInput!]!, $authorities: [CaseAuthorityInput!]
) {
  openCase(case: $case, matter: $matter, further: $further, subjects: $subjects, authorities: $authorities) { ${CASE} }
}`;

const HAND_OVER = `mutation HandOver($case: String!, $to: String!, $reason: String!) {
  handOverCase(case: $case, to: $to, reason: $reason) { ${CASE} }
}`;

const CLOSE = `mutation Close($case: String!, $result: CaseResult) { closeCase(case: $case, result: $result) { ${CASE} } }`;

const COLLECT = `mutation Collect($case: String!, $matter: String!, $material: String!, $reason: String) {
  recordCollection(case: $case, matter: $matter, material: $material, reason: $reason) { id matter material kind reason at handler }
}`;

const OFFERED = `mutation Offered($case: String!, $matter: String!, $material: String!, $file: ScanInput!) {
  recordOfferedProof(case: $case, matter: $matter, material: $material, file: $file) { id matter material kind reason at handler }
}`;

const DOUBT = `mutation Doubt($receipt: String!, $path: String!, $subject: String, $observed: String!, $evidence: [EvidenceInput!], $provider: CreditCode) {
  reportDoubt(receipt: $receipt, path: $path, subject: $subject, observed: $observed, evidence: $evidence, provider: $provider) { id }
}`;

/** `CaseSubjectInput`: a role, and exactly one code. */
export interface SubjectInput {
  readonly role: string;
  readonly idNumber?: string;
  readonly creditCode?: string;
  readonly unitCode?: string;
  readonly parcelCode?: string;
}

export interface AuthorityInput {
  readonly kind: AuthorityKind;
  readonly holder: number;
  readonly actsFor: readonly number[];
  readonly basis: string;
  readonly validUntil: string | null;
}

export interface ServiceCase {
  readonly number: string;
  readonly matter: string;
  readonly openedBy: string;
  readonly handler: string;
  readonly openedAt: string;
  readonly lastCheckedAt: string | null;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly result: string | null;
  readonly warnings: readonly string[];
}

export interface Collected {
  readonly id: string;
  readonly matter: string;
  readonly material: string;
  readonly kind: 'DUPLICATE' | 'LAWFUL' | 'OFFERED';
  readonly reason: string | null;
  readonly at: string;
  readonly handler: string;
}

interface Coded {
  readonly role: string;
  readonly code: string;
}

export interface CaseFile extends ServiceCase {
  readonly subjects: readonly Coded[];
  readonly authorities: readonly {
    readonly kind: AuthorityKind;
    readonly holder: Coded;
    readonly actsFor: readonly Coded[];
    readonly basis: string;
    readonly validUntil: string | null;
    readonly expired: boolean;
  }[];
  /** Of which matters it has been checked. */
  readonly checks: readonly { readonly matter: string }[];
  readonly collections: readonly Collected[];
}

/** The checks of an errand's matters, and the whole answer that they came in, receipt and all. */
export interface Checked {
  readonly checks: readonly Check[];
  readonly answer: unknown;
}

/** 共享取证单, 一次性告知书, 收件凭证. */
export type Paper = 'evidence' | 'notice' | 'intake';

/** A material that was received, for the papers that say so. */
export interface Given {
  readonly matter: string;
  readonly material: string;
  readonly copies: number;
  readonly form: string;
}

export interface Scan {
  readonly name: string;
  readonly mediaType: string;
  readonly content: string;
}

/** What the counter asks at the gateway, each question under its own name. */
export class Questions {
  readonly #door: Door;

  constructor(door: Door) {
    this.#door = door;
  }

  matters(): Promise<Answer<readonly Matter[]>> {
    return ask(this.#door, purposeOf(null), MATTERS, 'matters');
  }

  entrustments(): Promise<Answer<readonly Entrustment[]>> {
    return ask(this.#door, purposeOf(null), ENTRUSTMENTS, 'entrustments');
  }

  /** With a signed receipt: the papers of the case file are drawn from the answer as it was delivered. */
  async check(
    errand: Errand,
    further: readonly string[],
    subjects: readonly SubjectInput[],
    situations: readonly string[],
  ): Promise<Answer<Checked>> {
    const headers = purposeOf(errand);
    headers.set('Sharing-Receipt', 'signed');
    const { matter } = errand;
    const asked =
      further.length === 0
        ? await ask<ToldCheck>(this.#door, headers, CHECK, 'materialCheck', { matter, subjects, situations })
        : await ask<readonly ToldCheck[]>(this.#door, headers, CHECKS, 'materialChecks', {
            matters: [matter, ...further],
            subjects,
            situations,
          });
    if (asked.kind !== 'read') return asked;
    const told = Array.isArray(asked.value) ? (asked.value as readonly ToldCheck[]) : [asked.value as ToldCheck];
    return { ...asked, value: { checks: told.map(readCheck), answer: asked.whole } };
  }

  /** A paper as HTML, drawn from a signed answer. */
  async paper(kind: Paper, answer: unknown, given: readonly Given[]): Promise<Answer<string>> {
    try {
      const told = await this.#door.send(`./papers/${kind}`, { answer, given });
      if (told.ok) return { kind: 'read', value: await told.text(), refused: [] };
      return { kind: 'refused', refused: readAnswered(await told.json()).errors };
    } catch (error) {
      return { kind: 'failed', problem: problemOf(error) };
    }
  }

  /** Without a matter there is no purpose, and the case is looked for among the counter's own. */
  serviceCase(errand: Errand | null, number: string): Promise<Answer<CaseFile>> {
    return ask(this.#door, purposeOf(errand), SERVICE_CASE, 'serviceCase', { number });
  }

  openCases(): Promise<Answer<{ readonly cases: readonly ServiceCase[] }>> {
    return ask(this.#door, purposeOf(null), SERVICE_CASES, 'serviceCases');
  }

  open(
    errand: Errand,
    further: readonly string[],
    subjects: readonly SubjectInput[],
    authorities: readonly AuthorityInput[],
  ): Promise<Answer<ServiceCase>> {
    const { matter, case: number } = errand;
    return ask(this.#door, purposeOf(errand), OPEN, 'openCase', { case: number, matter, further, subjects, authorities });
  }

  handOver(errand: Errand, to: string, reason: string): Promise<Answer<ServiceCase>> {
    return ask(this.#door, purposeOf(errand), HAND_OVER, 'handOverCase', { case: errand.case, to, reason });
  }

  close(errand: Errand, result: string | null): Promise<Answer<ServiceCase>> {
    return ask(this.#door, purposeOf(errand), CLOSE, 'closeCase', { case: errand.case, result });
  }

  collect(errand: Errand, { matter, code }: Material, reason: string): Promise<Answer<Collected>> {
    const variables = { case: errand.case, matter, material: code, reason: reason || null };
    return ask(this.#door, purposeOf(errand), COLLECT, 'recordCollection', variables);
  }

  offered(errand: Errand, { matter, code }: Material, file: Scan): Promise<Answer<Collected>> {
    const variables = { case: errand.case, matter, material: code, file };
    return ask(this.#door, purposeOf(errand), OFFERED, 'recordOfferedProof', variables);
  }

  doubt(
    errand: Errand,
    at: { readonly receipt: string; readonly path: string; readonly subject: string | null; readonly provider: string | null },
    observed: string,
    evidence: readonly Scan[],
  ): Promise<Answer<{ readonly id: string }>> {
    return ask(this.#door, purposeOf(errand), DOUBT, 'reportDoubt', { ...at, observed, evidence });
  }
}
