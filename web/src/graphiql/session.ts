import type { Fetcher, FetcherOpts, FetcherParams } from '@graphiql/toolkit';
import type { ExecutionResult } from 'graphql';
import type { Client, Config } from './config';
import { operationMeant } from './operation';
import { Refusal, type Problem } from './problem';
import { readPurpose } from './purpose';
import { receiptOf } from './outcomes';
import { TokenSource } from './token';

const DEADLINE_MS = 60_000;
const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';

export interface SessionState {
  readonly client: Client;
  readonly purpose: string;
  /** Ask for plain SHARED outcomes too (`Sharing-Explain: full`). */
  readonly explainAll: boolean;
  /** The last request's problem; null when it was answered. */
  readonly problem: Problem | null;
  /** Which client an answer was given to, by its receipt. */
  readonly answeredTo: ReadonlyMap<string, Client>;
}

/** Who asks, and what for; sends GraphiQL's requests. Nothing of it is ever stored. */
export class Session {
  readonly #config: Config;
  readonly #listeners = new Set<() => void>();
  #tokens: TokenSource;
  #state: SessionState;

  constructor(config: Config, client: Client, purpose = client.purpose) {
    this.#config = config;
    this.#tokens = this.#tokensOf(client);
    this.#state = { client, purpose, explainAll: false, problem: null, answeredTo: new Map() };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): SessionState => this.#state;

  become(client: Client): void {
    this.#tokens = this.#tokensOf(client);
    this.#change({ client, purpose: client.purpose, problem: null });
  }

  setPurpose(purpose: string): void {
    this.#change({ purpose });
  }

  setExplainAll(explainAll: boolean): void {
    this.#change({ explainAll });
  }

  /** Proves the credentials by taking a token. Raises as TokenSource.take. */
  async signIn(): Promise<void> {
    await this.#tokens.take();
  }

  readonly fetcher: Fetcher = async (params: FetcherParams, opts?: FetcherOpts): Promise<ExecutionResult> => {
    const { client } = this.#state;
    try {
      const result = await this.#ask(params, opts);
      const receipt = receiptOf(result);
      const answeredTo = new Map(this.#state.answeredTo);
      if (receipt !== null) answeredTo.set(receipt, client);
      this.#change({ problem: null, answeredTo });
      return result;
    } catch (error) {
      if (error instanceof Refusal && client === this.#state.client) this.#change({ problem: error.problem });
      throw error;
    }
  };

  async #ask(params: FetcherParams, opts?: FetcherOpts): Promise<ExecutionResult> {
    const tokens = this.#tokens;
    let response = await this.#send(await tokens.take(), params, opts);
    if (response.status === 401) {
      tokens.forget();
      response = await this.#send(await tokens.take(), params, opts);
    }
    try {
      return (await response.json()) as ExecutionResult;
    } catch {
      throw new Refusal({ kind: 'unexpected', status: response.status });
    }
  }

  async #send(token: string, params: FetcherParams, opts?: FetcherOpts): Promise<Response> {
    const headers = this.#headers(token, opts);
    try {
      return await fetch(new URL(this.#config.endpoint, location.href), {
        method: 'POST',
        headers,
        body: JSON.stringify({ ...params, operationName: operationMeant(params.query, params.operationName) }),
        cache: 'no-store',
        credentials: 'omit',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
    } catch {
      throw new Refusal({ kind: 'unreachable' });
    }
  }

  /** Ours first: what the developer writes in GraphiQL's header editor wins. */
  #headers(token: string, opts?: FetcherOpts): Headers {
    const purpose = readPurpose(this.#state.purpose);
    if (purpose.kind === 'malformed') throw new Refusal({ kind: 'purpose_malformed' });
    const headers = new Headers({
      Accept: ACCEPT,
      'Content-Type': 'application/json',
      Authorization: `Bearer ${token}`,
    });
    if (purpose.kind === 'written') headers.set('Sharing-Purpose', purpose.header);
    if (this.#state.explainAll) headers.set('Sharing-Explain', 'full');
    for (const [name, value] of Object.entries(opts?.headers ?? {})) headers.set(name, String(value));
    return headers;
  }

  #tokensOf(client: Client): TokenSource {
    return new TokenSource(this.#config.tokenEndpoint, client.id, client.secret);
  }

  #change(part: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}
