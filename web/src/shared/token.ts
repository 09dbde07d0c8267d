import { Refusal } from './problem';

/** Taken anew this long before it expires, so that no request is sent with a token about to die. */
const MARGIN_MS = 30_000;

interface Held {
  readonly token: string;
  readonly renewAt: number;
}

/** A client's access token (RFC 6749 client credentials), kept in memory alone. */
export class TokenSource {
  readonly #endpoint: string;
  readonly #id: string;
  readonly #secret: string;
  #held: Held | null = null;
  #underWay: Promise<Held> | null = null;

  constructor(endpoint: string, id: string, secret: string) {
    this.#endpoint = endpoint;
    this.#id = id;
    this.#secret = secret;
  }

  /** Gives a token that still holds. Raises Refusal `unreachable`, `token_refused`, `token_slowed`, `unexpected`. */
  async take(): Promise<string> {
    if (this.#held !== null && performance.now() < this.#held.renewAt) return this.#held.token;
    this.#underWay ??= this.#request().finally(() => {
      this.#underWay = null;
    });
    this.#held = await this.#underWay;
    return this.#held.token;
  }

  /** The server no longer takes this token (restarted, or the client changed). */
  forget(): void {
    this.#held = null;
  }

  async #request(): Promise<Held> {
    let response: Response;
    try {
      response = await fetch(new URL(this.#endpoint, location.href), {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: this.#id,
          client_secret: this.#secret,
        }),
        cache: 'no-store',
        credentials: 'omit',
        signal: AbortSignal.timeout(15_000),
      });
    } catch {
      throw new Refusal({ kind: 'unreachable' });
    }
    const answer = await readAnswer(response);
    if (response.ok && typeof answer.access_token === 'string') {
      const lifetimeMs = (typeof answer.expires_in === 'number' ? answer.expires_in : 60) * 1000;
      const margin = Math.min(MARGIN_MS, lifetimeMs / 2);
      return { token: answer.access_token, renewAt: performance.now() + lifetimeMs - margin };
    }
    if (response.status === 429) throw new Refusal({ kind: 'token_slowed' });
    if (response.status === 400 || response.status === 401 || response.status === 403) {
      const word = (value: unknown) => (typeof value === 'string' ? value : '');
      throw new Refusal({
        kind: 'token_refused',
        error: word(answer.error),
        description: word(answer.error_description),
      });
    }
    throw new Refusal({ kind: 'unexpected', status: response.status });
  }
}

async function readAnswer(response: Response): Promise<Record<string, unknown>> {
  try {
    const value: unknown = await response.json();
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
