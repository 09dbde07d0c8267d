export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Members = { readonly [name: string]: Json };

export const isObject = (value: Json | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/**
 * JSON that has one reading. A file with a name twice in one object shows one value to the eye and another to a program.
 * Throws where it is none.
 */
export function readJson(text: string): Json {
  const read = JSON.parse(text) as Json;
  if (namesTwice(text)) throw new Error('a name stands twice in one object');
  return read;
}

/** In a text that is JSON: a string is a name where a colon follows it. */
function namesTwice(text: string): boolean {
  const open: Set<string>[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    const [whole, colon] = token;
    if (whole === '{') open.push(new Set());
    else if (whole === '}') open.pop();
    else if (colon !== undefined) {
      const name = JSON.parse(whole.slice(0, whole.length - colon.length)) as string;
      const names = open.at(-1);
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
}

/** Canonical JSON (RFC 8785): what ECMAScript writes, names in the order of their UTF-16 units. */
export function canonical(value: Json): string {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (isObject(value)) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
