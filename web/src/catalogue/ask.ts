import { readAnswered, type Refused } from '../shared/answer';
import type { Door } from '../shared/door';
import { problemOf, type Problem } from '../shared/problem';
import type { Entry, Page, ResourceEntries } from './entries';
import type { View } from './view';

const PAGE = 100;

const SEARCH = `query Search($words: String, $register: String, $theme: String, $provider: String, $type: SharingType,
    $kind: ItemKind, $first: Int, $after: String) {
  catalogue(words: $words, register: $register, theme: $theme, provider: $provider, sharingType: $type, kind: $kind,
      first: $first, after: $after) {
    version total near endCursor hasNextPage
    entries { coordinate name title sharingType resource { name } }
    facets { registers { ...Count } resources { ...Count } providers { ...Count } sharingTypes { ...Count } kinds { ...Count } }
  }
}
fragment Count on CatalogueCount { value title titleEn entries }`;

const RESOURCE = `query Resource($name: String!) {
  catalogue(first: 1) {
    resource(name: $name) {
      resource { name code title abstract updateCycle modes format networkZone provider { name title } }
      register { name title lead { name title } }
      total
      roots { field title }
      example { query }
    }
  }
}`;

const ENTRIES = `query Entries($name: String!, $after: String) {
  catalogue(first: 1) {
    resource(name: $name) {
      entries(first: ${PAGE}, after: $after) {
        coordinate name code title note noteZh kind type standard
        sharingType condition scope uses forms rows openForm basis { title number clause class }
        provider { name title }
        rules { note noteZh article sharing { sharingType } }
        derivation { operands }
        relation { targets }
      }
    }
  }
}`;

/** What became of a question. `refused`: the gateway's own words, beside what could be read. */
export type Asked<T> =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'read'; readonly value: T; readonly refused: readonly Refused[] }
  | { readonly kind: 'refused'; readonly refused: readonly Refused[] }
  | { readonly kind: 'failed'; readonly problem: Problem };

async function ask<T>(door: Door, query: string, variables: object, read: (catalogue: Record<string, unknown>) => T): Promise<Asked<T>> {
  try {
    const { data, errors } = readAnswered(await door.ask({ query, variables }));
    const catalogue = data?.catalogue;
    if (typeof catalogue !== 'object' || catalogue === null) return { kind: 'refused', refused: errors };
    return { kind: 'read', value: read(catalogue as Record<string, unknown>), refused: errors };
  } catch (error) {
    return { kind: 'failed', problem: problemOf(error) };
  }
}

/** One page of what stands under the view's words and filters. */
export function askPage(door: Door, view: View, after: string | null): Promise<Asked<Page>> {
  const { words, register, theme, provider, type, kind } = view;
  const given = { words, register, theme, provider, type, kind };
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  return ask(door, SEARCH, { ...chosen, first: PAGE, after }, (catalogue) => catalogue as unknown as Page);
}

type Held = Omit<ResourceEntries, 'entries'> | null;

/** A resource with all of its entries; null where the catalogue has none of that name. */
export async function askResource(door: Door, name: string): Promise<Asked<ResourceEntries | null>> {
  const told = await ask(door, RESOURCE, { name }, (catalogue) => catalogue.resource as Held);
  if (told.kind !== 'read' || told.value === null) return told as Asked<null>;
  const entries: Entry[] = [];
  while (entries.length < told.value.total) {
    const after = entries.at(-1)?.coordinate ?? null;
    const next = await ask(door, ENTRIES, { name, after }, (catalogue) => catalogue.resource as { entries: Entry[] } | null);
    if (next.kind !== 'read') return next as Asked<null>;
    if (next.value === null || next.value.entries.length === 0) break; // another version is served since
    entries.push(...next.value.entries);
  }
  return { ...told, value: { ...told.value, entries } };
}
