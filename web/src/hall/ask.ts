import { readAnswered, type Refused } from '../shared/answer';
import type { Door } from '../shared/door';
import { problemOf, type Problem } from '../shared/problem';
import { writePurpose } from '../shared/purpose';

/** What became of a question. `refused` beside a value: what could not be read of it. */
export type Asked<T> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'read'; readonly value: T; readonly refused: readonly Refused[] }
  | { readonly kind: 'refused'; readonly refused: readonly Refused[] }
  | { readonly kind: 'failed'; readonly problem: Problem };

export type Answer<T> = Exclude<Asked<T>, { kind: 'idle' | 'waiting' }>;

export const IDLE = { kind: 'idle' } as const;
export const WAITING = { kind: 'waiting' } as const;

/** In whose name and for which matter the counter asks; goes with every request as `Sharing-Purpose`. */
export interface Errand {
  readonly matter: string;
  readonly handler: string;
  readonly case: string;
  readonly actingFor: string;
}

/** The header that states the purpose of an errand. */
export function purposeOf(errand: Errand | null): Headers {
  const headers = new Headers();
  if (errand !== null) headers.set('Sharing-Purpose', writePurpose({ ...errand, use: 'administrative-basis' }));
  return headers;
}

/** A question at the gateway, of which the named field alone is wanted. Raises nothing: what fails is told. */
export async function ask<T>(
  door: Door,
  headers: Headers,
  query: string,
  field: string,
  variables: object = {},
): Promise<Answer<T> & { readonly whole?: unknown }> {
  try {
    const whole = await door.ask({ query, variables }, headers);
    const { data, errors } = readAnswered(whole);
    const value = data?.[field];
    if (value === null || value === undefined) return { kind: 'refused', refused: errors };
    return { kind: 'read', value: value as T, refused: errors, whole };
  } catch (error) {
    return { kind: 'failed', problem: problemOf(error) };
  }
}

/** Whether the gateway refused with this code. */
export function isRefusedWith(answer: Answer<unknown>, code: string): boolean {
  return answer.kind === 'refused' && answer.refused.some((one) => one.code === code);
}
