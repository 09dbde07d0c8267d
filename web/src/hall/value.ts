import type { Item } from './check';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function flat(value: Json): string {
  if (value === null) return '—';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(flat).join('；');
  return Object.values(value as { readonly [key: string]: Json }).filter((one) => one !== null).map(flat).join(' ');
}

/** A register's value as a clerk reads it; null where there is none. Lists and objects come as JSON text. */
export function readable({ value, display }: Item, yes: string, no: string): string | null {
  if (value === 'true') return yes;
  if (value === 'false') return no;
  if (value === null || display !== null) return display;
  if (!/^[[{]/.test(value)) return value;
  try {
    return flat(JSON.parse(value) as Json);
  } catch {
    return value; // it only looked like JSON
  }
}
