import type { Door } from '../shared/door';
import type { Words } from '../shell/language';
import { ask, purposeOf, type Answer, type Errand } from './ask';
import type { Material } from './check';

const APPLICATION = `fragment Applied on Application {
  id batch state provider { code title } handler draftedAt due dueProvisional duty purpose contact lacking
  items { item title negotiate asked { form rows uses matters validUntil } }
}`;

const DRAFTS = `query Drafts { outbox(state: DRAFTED, first: 50) { applications { ...Applied } } }
${APPLICATION}`;

const DRAFT = `mutation Draft($document: String!, $handler: String!) {
  draftApplication(document: $document, handler: $handler) {
    applications { ...Applied }
    underWay { item title application state due provider { code title } }
    unobtainable { item reason provider { code title } }
  }
}
${APPLICATION}`;

const SAVE = `mutation Save($id: ID!, $terms: ApplicationInput!, $handler: String!) {
  saveApplication(id: $id, terms: $terms, handler: $handler) { ...Applied }
}
${APPLICATION}`;

const SUBMIT = `mutation Submit($id: ID!, $handler: String!) {
  submitApplication(id: $id, handler: $handler) { ...Applied }
}
${APPLICATION}`;

const WITHDRAW = `mutation Withdraw($id: ID!, $handler: String!) { withdrawApplication(id: $id, handler: $handler) { ...Applied } }
${APPLICATION}`;

export interface AppliedItem {
  readonly item: string;
  readonly title: string | null;
  /** Not shared: it enters at negotiation. */
  readonly negotiate: boolean;
  readonly asked: {
    readonly form: string;
    readonly rows: string;
    readonly uses: readonly string[];
    readonly matters: readonly string[];
    readonly validUntil: string | null;
  };
}

/** An application to one provider (Art. 16 ¶1). */
export interface Application {
  readonly id: string;
  /** Shared by the applications that were drafted at once. */
  readonly batch: string;
  readonly state: string;
  readonly provider: { readonly code: string; readonly title: string };
  readonly handler: string;
  readonly draftedAt: string;
  /** The last day to answer; null: none is awaited. */
  readonly due: string | null;
  readonly dueProvisional: boolean;
  readonly duty: string;
  readonly purpose: string;
  readonly contact: string;
  readonly lacking: readonly string[];
  readonly items: readonly AppliedItem[];
}

export interface Drafted {
  readonly applications: readonly Application[];
  /** Applied for already. */
  readonly underWay: readonly {
    readonly item: string;
    readonly title: string;
    readonly application: string;
    readonly state: string;
    readonly due: string | null;
    readonly provider: { readonly code: string; readonly title: string };
  }[];
  readonly unobtainable: readonly {
    readonly item: string;
    readonly reason: string;
    readonly provider: { readonly code: string; readonly title: string };
  }[];
}

/** What the department states for all applications of a batch. */
export interface Statement {
  readonly duty: string;
  readonly purpose: string;
  readonly contact: string;
  readonly uses: readonly string[];
  readonly matters: readonly string[];
  readonly validUntil: string;
}

/** What is lacking under each name, as a clerk reads it. */
export const LACKING: Record<keyof Statement | 'items' | 'handler' | 'modes', Words> = {
  duty: { zh: '需求依据', en: 'duty and provision' },
  purpose: { zh: '用途说明', en: 'purpose' },
  contact: { zh: '联系方式', en: 'contact' },
  uses: { zh: '使用用途', en: 'uses' },
  matters: { zh: '适用事项', en: 'matters' },
  validUntil: { zh: '使用期限', en: 'needed until' },
  items: { zh: '信息项', en: 'items' },
  handler: { zh: '经办人', en: 'handler' },
  modes: { zh: '提供方式', en: 'mode of provision' },
};

/** What is stated so far. Everything but duty and contact was drafted. */
export function stateOf(applications: readonly Application[], duty: string, contact: string): Statement {
  const items = applications.flatMap((one) => one.items.map((item) => item.asked));
  const [first] = applications;
  return {
    duty: first?.duty || duty,
    purpose: first?.purpose ?? '',
    contact: first?.contact || contact,
    uses: [...new Set(items.flatMap((one) => one.uses))],
    matters: [...new Set(items.flatMap((one) => one.matters))],
    validUntil: items.map((one) => one.validUntil ?? '').sort().at(-1) ?? '',
  };
}

/** The first of what an application needs that is not stated, in the form's order. */
export const firstLacking = (stated: Statement): keyof Statement | null =>
  (['duty', 'purpose', 'uses', 'matters', 'validUntil', 'contact'] as const).find((name) => {
    const value = stated[name];
    return typeof value === 'string' ? value.trim() === '' : value.length === 0;
  }) ?? null;

export const isDraft = ({ state }: Application): boolean => state === 'DRAFTED';

/** The day by which all of them are answered; null: no answer is awaited of any. */
export const lastDue = (applications: readonly Application[]): string | null =>
  applications.map((one) => one.due).filter((day) => day !== null).sort().at(-1) ?? null;

/** The department's applications for what a material needs. */
export class Applications {
  readonly #door: Door;

  constructor(door: Door) {
    this.#door = door;
  }

  /** The latest draft that holds all that is lacking for this matter and was left unsent, else a new one. */
  async drafted(errand: Errand, material: Material): Promise<Answer<Drafted>> {
    const { document, items } = material.application ?? { document: '', items: [] };
    const headers = purposeOf({ ...errand, matter: material.matter });
    const told = await ask<{ applications: readonly Application[] }>(this.#door, headers, DRAFTS, 'outbox');
    if (told.kind !== 'read') return told;
    const serves = ({ asked }: AppliedItem) => asked.matters.includes(material.matter);
    const fitting = told.value.applications.filter((one) => one.items.every(serves));
    for (const batch of new Set(fitting.map((one) => one.batch))) {
      const applications = fitting.filter((one) => one.batch === batch);
      const held = new Set(applications.flatMap((one) => one.items.map(({ item }) => item)));
      if (items.every((item) => held.has(item))) return { kind: 'read', value: { applications, underWay: [], unobtainable: [] }, refused: [] };
    }
    return ask(this.#door, headers, DRAFT, 'draftApplication', { document, handler: errand.handler });
  }

  /** Completed and handed to its provider. Where that fails, it stays a draft. */
  async submit(errand: Errand, application: Application, stated: Statement): Promise<Answer<Application>> {
    const { id } = application;
    const { duty, purpose, contact, uses, matters, validUntil } = stated;
    const items = application.items.map(({ item }) => ({ item, uses, matters, validUntil }));
    const variables = { id, handler: errand.handler };
    const terms = { duty: duty.trim(), purpose: purpose.trim(), contact: contact.trim(), items };
    const saved = await ask<Application>(this.#door, purposeOf(errand), SAVE, 'saveApplication', { ...variables, terms });
    if (saved.kind !== 'read') return saved;
    const told = await ask<readonly Application[]>(this.#door, purposeOf(errand), SUBMIT, 'submitApplication', variables);
    if (told.kind !== 'read') return told;
    const [submitted] = told.value;
    return submitted === undefined ? { kind: 'refused', refused: told.refused } : { ...told, value: submitted };
  }

  withdraw(errand: Errand, application: Application): Promise<Answer<Application>> {
    return ask(this.#door, purposeOf(errand), WITHDRAW, 'withdrawApplication', { id: application.id, handler: errand.handler });
  }
}
