import type { Words } from '../shell/language';

/** What may go wrong between this page and its server. */
export type Problem =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'token_refused'; readonly error: string; readonly description: string }
  | { readonly kind: 'token_slowed' }
  | { readonly kind: 'unexpected'; readonly status: number }
  | { readonly kind: 'purpose_malformed' };

export interface Advice {
  readonly title: Words;
  readonly todo: Words;
}

/** Plain words for a problem, and what to do about it. */
export function advise(problem: Problem): Advice {
  switch (problem.kind) {
    case 'unreachable':
      return {
        title: { zh: '连不上服务器。', en: 'The server cannot be reached.' },
        todo: {
          zh: '请确认服务正在运行，然后重试。',
          en: 'Check that the service is running, then try again.',
        },
      };
    case 'token_refused': {
      const detail = problem.description || problem.error;
      return {
        title: { zh: '服务器没有签发令牌。', en: 'The server refused to issue a token.' },
        todo: {
          zh: `请检查客户端标识和密钥，或向平台管理单位确认该客户端是否停用。${detail && `（${detail}）`}`,
          en: `Check the client id and secret, or ask the operator whether this client is disabled.${detail && ` (${detail})`}`,
        },
      };
    }
    case 'token_slowed':
      return {
        title: { zh: '尝试次数过多。', en: 'Too many attempts.' },
        todo: { zh: '请稍等片刻再试。', en: 'Wait a moment, then try again.' },
      };
    case 'unexpected':
      return {
        title: {
          zh: `服务器的答复无法读取（HTTP ${problem.status}）。`,
          en: `The server's answer could not be read (HTTP ${problem.status}).`,
        },
        todo: {
          zh: '服务可能正在启动，请稍后重试；若仍如此，请查看服务日志。',
          en: "The service may still be starting: try again shortly; if it persists, read the service's log.",
        },
      };
    case 'purpose_malformed':
      return {
        title: { zh: '用途的写法不对，请求未发送。', en: 'The purpose is malformed; nothing was sent.' },
        todo: {
          zh: '请在页首按 matter="…", use=…, handler="…" 填写。',
          en: 'Write it in the top bar as matter="…", use=…, handler="…".',
        },
      };
  }
}

/** Carries a Problem. GraphiQL prints every own property of an error: there is none but the message. */
export class Refusal extends Error {
  readonly #problem: Problem;

  constructor(problem: Problem) {
    const { title, todo } = advise(problem);
    super(`${title.zh}${todo.zh} ${title.en} ${todo.en}`);
    this.#problem = problem;
    delete this.stack;
  }

  get problem(): Problem {
    return this.#problem;
  }
}

/** What went wrong, whatever was thrown. */
export function problemOf(error: unknown): Problem {
  return error instanceof Refusal ? error.problem : { kind: 'unexpected', status: 0 };
}
