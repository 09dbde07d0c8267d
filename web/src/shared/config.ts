import { Refusal } from './problem';

export interface Client {
  readonly id: string;
  readonly secret: string;
  readonly title: string;
  readonly titleZh: string;
  /** RFC 9651 dictionary, as it stands in the header `Sharing-Purpose`; may be empty. */
  readonly purpose: string;
}

export interface Example {
  readonly title: string;
  readonly titleZh: string;
  readonly query: string;
  readonly variables: string;
}

export interface Config {
  readonly mode: 'demo' | 'production';
  readonly endpoint: string;
  readonly tokenEndpoint: string;
  readonly clients: readonly Client[];
  readonly examples: readonly Example[];
}

type Json = Record<string, unknown>;

const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(record) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Variables may be written as an object or as the text of one. */
function variablesText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value, null, 2);
}

function readConfig(value: unknown): Config {
  const raw = record(value);
  const mode = raw.mode === 'demo' ? 'demo' : 'production';
  const clients = list(raw.clients).map((one) => ({
    id: text(one.id),
    secret: text(one.secret),
    title: text(one.title) || text(one.id),
    titleZh: text(one.titleZh) || text(one.title) || text(one.id),
    purpose: text(one.purpose),
  }));
  const examples = list(raw.examples).map((one) => ({
    title: text(one.title),
    titleZh: text(one.titleZh),
    query: text(one.query),
    variables: variablesText(one.variables),
  }));
  return {
    mode,
    endpoint: text(raw.endpoint) || '/graphql',
    tokenEndpoint: text(raw.tokenEndpoint) || '/oauth/token',
    clients,
    examples,
  };
}

/** Reads `graphiql/config.json`, beside the page. Raises Refusal `unreachable`, `unexpected`. */
export async function loadConfig(): Promise<Config> {
  let response: Response;
  try {
    response = await fetch(new URL('./graphiql/config.json', location.href), {
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(15_000),
    });
  } catch {
    throw new Refusal({ kind: 'unreachable' });
  }
  if (!response.ok) throw new Refusal({ kind: 'unexpected', status: response.status });
  try {
    return readConfig(await response.json());
  } catch {
    throw new Refusal({ kind: 'unexpected', status: response.status });
  }
}
