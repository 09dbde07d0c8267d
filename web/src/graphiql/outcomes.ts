import { readRefused, type Refused } from '../shared/answer';

/** One line of the sharing panel: what became of one response position. */
export interface Outcome {
  readonly path: string;
  /** Indexed paths, where the outcome holds for some rows only. */
  readonly rows: readonly string[];
  readonly item: string;
  /** `Type.field` of the item, as the schema writes it. */
  readonly coordinate: string;
  readonly title: string;
  readonly titleEn: string;
  readonly outcome: string;
  readonly reason: string;
  readonly article: string;
  readonly provider: string;
  readonly remedy: string;
  readonly remedyDetail: string;
}

export interface Answer {
  /** False for an answer that carries no `extensions.sharing` (introspection, a refused request). */
  readonly hasSharing: boolean;
  readonly hasData: boolean;
  readonly outcomes: readonly Outcome[];
  readonly errors: readonly Refused[];
  readonly asOf: readonly (readonly [source: string, time: string])[];
  readonly receipt: string | null;
}

type Json = Record<string, unknown>;

const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A word for the eye out of whatever stands there: a text, a number, or an object with a name. */
function word(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(word).filter(Boolean).join(', ');
  const object = record(value);
  return word(object.titleZh ?? object.title ?? object.name ?? object.code ?? object.action ?? object.kind ?? '');
}

function pathText(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join('.') : word(value);
}

function readOutcome(value: unknown): Outcome {
  const raw = record(value);
  const remedy = record(raw.remedy);
  return {
    path: pathText(raw.path),
    rows: list(raw.rows).map(pathText),
    item: word(raw.item),
    coordinate: word(raw.coordinate),
    title: word(raw.itemTitleZh ?? raw.titleZh ?? raw.title ?? ''),
    titleEn: word(raw.itemTitle ?? ''),
    outcome: word(raw.outcome),
    reason: word(raw.reason),
    article: word(raw.article),
    provider: word(raw.provider),
    remedy: typeof raw.remedy === 'string' ? raw.remedy : word(remedy.action ?? remedy.kind ?? remedy.name),
    remedyDetail: word(raw.call ?? remedy.mutation ?? remedy.call ?? remedy.hint ?? ''),
  };
}

function readAsOf(value: unknown): Answer['asOf'] {
  if (typeof value === 'string') return [['', value]];
  if (Array.isArray(value)) {
    return value.map((one) => [word(record(one).source), word(record(one).asOf ?? record(one).at)] as const);
  }
  return Object.entries(record(value)).map(([source, time]) => [source, word(time)] as const);
}

/** Reads GraphiQL's response text; null while there is none, or none that is JSON. */
export function readAnswer(response: string | null | undefined): Answer | null {
  if (!response) return null;
  let raw: Json;
  try {
    raw = record(JSON.parse(response));
  } catch {
    return null;
  }
  const sharing = record(raw.extensions).sharing;
  const fields = record(sharing);
  return {
    hasSharing: sharing !== undefined && sharing !== null,
    hasData: raw.data !== undefined && raw.data !== null,
    outcomes: list(fields.outcomes).map(readOutcome),
    errors: list(raw.errors).map(readRefused),
    asOf: readAsOf(fields.asOf),
    receipt: word(fields.receipt) || null,
  };
}

/** The ledger entry's id in an answer that has just come; null where none was written. */
export function receiptOf(result: unknown): string | null {
  return word(record(record(record(result).extensions).sharing).receipt) || null;
}
