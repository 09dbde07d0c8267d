import type { Client, Config } from './config';
import { Refusal } from './problem';
import { TokenSource } from './token';

const DEADLINE_MS = 60_000;
const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';

/** The way to the gateway for one client: takes a token, sends, and takes a new one where the old no longer holds. */
export class Door {
  readonly client: Client;
  readonly #endpoint: string;
  readonly #tokens: TokenSource;

  constructor(config: Config, client: Client) {
    this.client = client;
    this.#endpoint = config.endpoint;
    this.#tokens = new TokenSource(config.tokenEndpoint, client.id, client.secret);
  }

  /** Proves the credentials by taking a token. Raises as TokenSource.take. */
  async prove(): Promise<void> {
    await this.#tokens.take();
  }

  /** The answer as JSON, errors among it. Raises Refusal as TokenSource.take, and `unreachable`, `unexpected`. */
  async ask(body: object, extra: Headers = new Headers()): Promise<unknown> {
    let response = await this.#send(body, extra);
    if (response.status === 401) {
      this.#tokens.forget();
      response = await this.#send(body, extra);
    }
    try {
      return await response.json();
    } catch {
      throw new Refusal({ kind: 'unexpected', status: response.status });
    }
  }

  /** Another address of the gateway, named relatively to the page: the bare response. Raises as `ask`, but for what it says. */
  async send(address: string, body: object): Promise<Response> {
    const response = await this.#send(body, new Headers({ Accept: '*/*' }), address);
    if (response.status !== 401) return response;
    this.#tokens.forget();
    return this.#send(body, new Headers({ Accept: '*/*' }), address);
  }

  /** Ours first: what the caller states wins. */
  async #send(body: object, extra: Headers, address: string = this.#endpoint): Promise<Response> {
    const headers = new Headers({
      Accept: ACCEPT,
      'Content-Type': 'application/json',
      Authorization: `Bearer ${await this.#tokens.take()}`,
    });
    extra.forEach((value, name) => headers.set(name, value));
    try {
      return await fetch(new URL(address, location.href), {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        cache: 'no-store',
        credentials: 'omit',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
    } catch {
      throw new Refusal({ kind: 'unreachable' });
    }
  }
}
