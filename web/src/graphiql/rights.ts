import { isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import type { Answered } from '../shared/answer';

/** A grant by which something may be read, in the gateway's codes. */
export interface Grant {
  readonly id: string;
  readonly form: string;
  readonly rows: string;
  readonly uses: readonly string[];
  readonly matters: readonly string[];
  readonly validUntil: string;
  readonly quotaPerDay: number | null;
}

/** How one item or relation stands to the client; `mark` says it in one word. */
export interface Right {
  readonly coordinate: string;
  readonly mark: string;
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly articles: readonly string[];
  readonly provider: string;
  readonly remedy: string;
  readonly expectedOn: string;
  readonly grants: readonly Grant[];
}

export interface RightsPage {
  /** False: as any purpose may, for none is stated. */
  readonly purposeStated: boolean;
  readonly rights: readonly Right[];
  /** Where the next page begins; null on the last. */
  readonly next: string | null;
}

export const RIGHTS_OPERATION = 'MyRights';
export const RIGHTS_QUERY = `query ${RIGHTS_OPERATION}($after: String) {
  myRights(after: $after) {
    purposeStated hasNextPage endCursor
    rights {
      coordinate mark verdict reasons articles provider providerTitle remedy expectedOn
      grants { id form rows uses matters validUntil quotaPerDay }
    }
  }
}`;

type Json = Record<string, unknown>;

const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function readGrant(value: unknown): Grant {
  const raw = record(value);
  return {
    id: text(raw.id),
    form: text(raw.form),
    rows: text(raw.rows),
    uses: list(raw.uses).map(text),
    matters: list(raw.matters).map(text),
    validUntil: text(raw.validUntil),
    quotaPerDay: typeof raw.quotaPerDay === 'number' ? raw.quotaPerDay : null,
  };
}

function readRight(value: unknown): Right {
  const raw = record(value);
  return {
    coordinate: text(raw.coordinate),
    mark: text(raw.mark),
    verdict: text(raw.verdict),
    reasons: list(raw.reasons).map(text),
    articles: list(raw.articles).map(text),
    provider: text(raw.providerTitle) || text(raw.provider),
    remedy: text(raw.remedy),
    expectedOn: text(raw.expectedOn),
    grants: list(raw.grants).map(readGrant),
  };
}

/** A page of `myRights`; null where the gateway gave none. */
export function readRights(answered: Answered): RightsPage | null {
  const page = answered.data?.myRights;
  if (page === undefined || page === null) return null;
  const raw = record(page);
  return {
    purposeStated: raw.purposeStated === true,
    rights: list(raw.rights).map(readRight),
    next: raw.hasNextPage === true ? text(raw.endCursor) : null,
  };
}

/** `Type.field` of every field of the schema's types: a field does not know whose it is. */
export function coordinatesOf(schema: GraphQLSchema): ReadonlyMap<object, string> {
  const found = new Map<object, string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) found.set(field, `${type.name}.${field.name}`);
  }
  return found;
}
