import type { Words } from '../shell/language';

/** What an answer holds beside its data: the gateway's errors, in its shape (docs/errors.md). */
export interface Refused {
  readonly code: string;
  /** The code's Chinese title. */
  readonly titleZh: string;
  readonly message: string;
  /** What to do next. In Chinese it begins with what is wrong of a single value, where the gateway says that in Chinese. */
  readonly todo: Words;
  readonly article: string;
  readonly path: string;
}

export interface Answered {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly Refused[];
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads one entry of `errors`. */
export function readRefused(value: unknown): Refused {
  const { message, extensions, path } = record(value);
  const { code, title, messageZh, hint, hintZh, article } = record(extensions);
  return {
    code: text(code),
    titleZh: text(title),
    message: text(message),
    todo: { zh: [messageZh, hintZh].map(text).filter(Boolean).join('。'), en: text(hint) },
    article: text(article),
    path: Array.isArray(path) ? path.join('.') : '',
  };
}

/** Reads a GraphQL answer; data that is not an object counts as none. */
export function readAnswered(value: unknown): Answered {
  const { data, errors } = record(value);
  return {
    data: typeof data === 'object' && data !== null ? record(data) : null,
    errors: (Array.isArray(errors) ? errors : []).map(readRefused),
  };
}
