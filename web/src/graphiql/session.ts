import type { Fetcher, FetcherOpts, FetcherParams } from '@graphiql/toolkit';
import type { ExecutionResult } from 'graphql';
import { readAnswered, type Answered } from '../shared/answer';
import type { Client, Config } from '../shared/config';
import { Door } from '../shared/door';
import { Refusal, type Problem } from '../shared/problem';
import { readPurpose } from '../shared/purpose';
import { operationMeant } from './operation';
import { receiptOf } from './outcomes';

export interface SessionState {
  readonly client: Client;
  readonly purpose: string;
  /** Ask for plain SHARED outcomes too (`Sharing-Explain: full`). */
  readonly explainAll: boolean;
  /** See only what this client can read (`Sharing-View: mine`). */
  readonly mine: boolean;
  /** The last request's problem; null when it was answered. */
  readonly problem: Problem | null;
  /** Which client an answer was given to, by its receipt. */
  readonly answeredTo: ReadonlyMap<string, Client>;
}

/** Who asks, and what for; sends GraphiQL's requests. Nothing of it is ever stored. */
export class Session {
  readonly #config: Config;
  readonly #listeners = new Set<() => void>();
  #door: Door;
  #state: SessionState;

  constructor(config: Config, door: Door) {
    this.#config = config;
    this.#door = door;
    const { client } = door;
    this.#state = { client, purpose: client.purpose, explainAll: false, mine: false, problem: null, answeredTo: new Map() };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): SessionState => this.#state;

  become(client: Client): void {
    this.#door = new Door(this.#config, client);
    this.#change({ client, purpose: client.purpose, problem: null });
  }

  setPurpose(purpose: string): void {
    this.#change({ purpose });
  }

  setExplainAll(explainAll: boolean): void {
    this.#change({ explainAll });
  }

  setMine(mine: boolean): void {
    this.#change({ mine });
  }

  /** A question of the page's own, in the same name and for the same purpose. Raises Refusal. */
  async ask(body: object): Promise<Answered> {
    return readAnswered(await this.#door.ask(body, this.#headers()));
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
    const body = { ...params, operationName: operationMeant(params.query, params.operationName) };
    return (await this.#door.ask(body, this.#headers(opts))) as ExecutionResult;
  }

  /** What the developer writes in GraphiQL's header editor wins. */
  #headers(opts?: FetcherOpts): Headers {
    const purpose = readPurpose(this.#state.purpose);
    if (purpose.kind === 'malformed') throw new Refusal({ kind: 'purpose_malformed' });
    const headers = new Headers();
    if (purpose.kind === 'written') headers.set('Sharing-Purpose', purpose.header);
    if (this.#state.mine) headers.set('Sharing-View', 'mine');
    if (this.#state.explainAll) headers.set('Sharing-Explain', 'full');
    for (const [name, value] of Object.entries(opts?.headers ?? {})) headers.set(name, String(value));
    return headers;
  }

  #change(part: Partial<SessionState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}
