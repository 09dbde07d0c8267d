import type { Config } from './config';

const KEY = 'query';

/** An address of the GraphiQL page that opens with this query. Variables never stand in an address. */
export function queryLink(query: string): string {
  return `./graphiql#${KEY}=${encodeURIComponent(query)}`;
}

/** The query in the page's address; null where there is none. */
export function linkedQuery(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get(KEY);
}

/** Variables of these names as text: with the values that an example gives them, else empty, to be filled in. */
export function variablesFor(names: readonly string[], config: Config): string {
  const known: Record<string, unknown> = {};
  for (const { variables } of config.examples) {
    try {
      Object.assign(known, JSON.parse(variables || '{}'));
    } catch {
      // an example whose variables are no JSON gives none
    }
  }
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, known[name] ?? ''])), null, 2);
}
