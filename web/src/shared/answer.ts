/** What an answer holds beside its data: the gateway's errors, in its shape. */
export interface Refused {
  readonly code: string;
  /** The code's Chinese title. */
  readonly titleZh: string;
  readonly message: string;
  readonly hint: string;
  readonly path: string;
}

export interface Answered {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly Refused[];
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads a GraphQL answer; data that is not an object counts as none. */
export function readAnswered(value: unknown): Answered {
  const { data, errors } = record(value);
  return {
    data: typeof data === 'object' && data !== null ? record(data) : null,
    errors: (Array.isArray(errors) ? errors : []).map((one: unknown) => {
      const { message, extensions, path } = record(one);
      const { code, title, hint } = record(extensions);
      return {
        code: text(code),
        titleZh: text(title),
        message: text(message),
        hint: text(hint),
        path: Array.isArray(path) ? path.join('.') : '',
      };
    }),
  };
}
