import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Door } from '../shared/door';
import { Applications, lastDue, type Application } from './applications';
import { IDLE, isRefusedWith, WAITING, type Answer, type Asked, type Errand } from './ask';
import type { Check, Material } from './check';
import { authoritiesOf, draftOf, emptyDraft, fieldsOf, fingerprint, seat, standing, subjectsOf, type Draft } from './draft';
import { isJoinable, joined, type Entrustment, type Joint, type Matter } from './matter';
import { Questions, type CaseFile, type Checked, type Collected, type ServiceCase } from './questions';

/** What was applied for from this page: by when it is answered; null: no answer is awaited. */
export interface AppliedFor {
  readonly due: string | null;
}

export interface Desk {
  readonly questions: Questions;
  readonly applications: Applications;
  readonly matters: Asked<readonly Matter[]>;
  readonly matter: Matter | null;
  /** Those that are handled at once, the case's own first; and what is entered for them. */
  readonly chosen: readonly Matter[];
  readonly joint: Joint | null;
  /** Those that could be handled along with the chosen. */
  readonly joinable: readonly Matter[];
  readonly entrustments: readonly Entrustment[];
  readonly draft: Draft;
  readonly errand: Errand;
  /** The open case that the form stands for; null where there is none. */
  readonly opened: ServiceCase | null;
  readonly resuming: Asked<CaseFile>;
  readonly check: Asked<Checked>;
  /** The last checks that were read, to stand there while the next are on their way; and the answer they came in. */
  readonly former: readonly Check[] | null;
  readonly answer: unknown;
  /** Whether the form has changed since that check. */
  readonly stale: boolean;
  readonly collected: readonly Collected[];
  /** The doubts reported from this page, by path. */
  readonly doubts: ReadonlyMap<string, string>;
  /** How the department is reached, once it was stated in an application. */
  readonly contact: string;
  readonly change: (part: Partial<Draft>) => void;
  readonly choose: (code: string) => void;
  readonly chooseFurther: (codes: readonly string[]) => void;
  readonly run: () => Promise<Answer<Checked>>;
  readonly resume: (number: string) => Promise<Answer<CaseFile>>;
  readonly next: () => void;
  readonly again: () => void;
  readonly tookOver: (opened: ServiceCase) => void;
  readonly collect: (one: Collected) => void;
  readonly doubt: (path: string, id: string) => void;
  readonly applied: (matter: string, submitted: readonly Application[], contact: string) => void;
  readonly appliedFor: (material: Material) => AppliedFor | null;
  /** Whether a check of this matter counts for the open case: of the matter's roles, all of the case's subjects and nobody else. */
  readonly isOfCase: (matter: string) => boolean;
}

/** What a department with a duty is called; null: none of the matters is its own. */
export function departmentTitle({ matters }: Desk, code: string): string | null {
  const listed = matters.kind === 'read' ? matters.value : [];
  return listed.find((one) => one.department.code === code)?.department.title ?? null;
}

/** All that a counter's page knows, and what can be done about it. A visit lasts until the page closes; nothing is stored. */
export function useDesk(door: Door, handler: string): Desk {
  const questions = useMemo(() => new Questions(door), [door]);
  const applications = useMemo(() => new Applications(door), [door]);
  const [matters, setMatters] = useState<Asked<readonly Matter[]>>(WAITING);
  const [entrustments, setEntrustments] = useState<readonly Entrustment[]>([]);
  const [attempt, setAttempt] = useState(0);
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(handler));
  const [opened, setOpened] = useState<ServiceCase | null>(null);
  const [named, setNamed] = useState<ReadonlySet<string>>(new Set());
  const [resuming, setResuming] = useState<Asked<CaseFile>>(IDLE);
  const [check, setCheck] = useState<Asked<Checked>>(IDLE);
  const [former, setFormer] = useState<(Checked & { readonly print: string }) | null>(null);
  const [collected, setCollected] = useState<readonly Collected[]>([]);
  const [doubts, setDoubts] = useState<ReadonlyMap<string, string>>(new Map());
  /** By matter and item: what is applied for serves the matter that it names. */
  const [submitted, setSubmitted] = useState<ReadonlyMap<string, AppliedFor>>(new Map());
  const [contact, setContact] = useState('');
  /** Counts the questions asked, so that an answer that comes late is not taken for the present one. */
  const turn = useRef(0);

  useEffect(() => {
    let wanted = true;
    setMatters(WAITING);
    void questions.matters().then((told) => wanted && setMatters(told));
    void questions.entrustments().then((told) => wanted && told.kind === 'read' && setEntrustments(told.value));
    return () => {
      wanted = false;
    };
  }, [questions, attempt]);

  const listed = matters.kind === 'read' ? matters.value : [];
  const matter = listed.find((one) => one.code === draft.matter) ?? null;
  const chosen = matter === null ? [] : [matter, ...of(draft.further)];
  const joint = matter === null ? null : joined(chosen);
  const errand: Errand = {
    matter: draft.matter,
    handler: draft.handler.trim(),
    case: draft.case.trim(),
    actingFor: draft.actingFor,
  };

  function of(codes: readonly string[]): readonly Matter[] {
    return codes.flatMap((code) => listed.find((one) => one.code === code) ?? []);
  }

  const clear = useCallback(() => {
    turn.current += 1;
    setOpened(null);
    setNamed(new Set());
    setResuming(IDLE);
    setCheck(IDLE);
    setFormer(null);
    setCollected([]);
    setDoubts(new Map());
    setSubmitted(new Map());
  }, []);

  function change(part: Partial<Draft>) {
    setDraft((now) => ({ ...now, ...part }));
  }

  function choose(code: string) {
    const [one] = of([code]);
    if (one === undefined) return;
    clear();
    setDraft((now) => ({ ...emptyDraft(now.handler), matter: code, entries: fieldsOf(one) }));
  }

  /** What was entered in a role that still is one stays. */
  function chooseFurther(codes: readonly string[]) {
    if (matter === null) return;
    const next = joined([matter, ...of(codes)]);
    const known = new Set(next.situations.map((one) => one.code));
    setDraft((now) => ({
      ...now,
      further: codes,
      entries: fieldsOf(next, now.entries),
      situations: now.situations.filter((one) => known.has(one)),
    }));
  }

  async function run(): Promise<Answer<Checked>> {
    if (matter === null || joint === null) return { kind: 'refused', refused: [] };
    const mine = ++turn.current;
    const print = fingerprint(draft);
    setCheck(WAITING);
    if (errand.case !== '' && opened?.number !== errand.case) {
      const told = await questions.open(errand, draft.further, subjectsOf(draft, joint), authoritiesOf(draft, joint));
      if (told.kind !== 'read') {
        if (mine === turn.current) setCheck(told);
        return told;
      }
      if (mine !== turn.current) return { kind: 'refused', refused: [] };
      setOpened(told.value);
      setNamed(standing(draft, joint, joint));
    }
    const told = await questions.check(errand, draft.further, subjectsOf(draft, joint), draft.situations);
    if (mine !== turn.current) return told;
    setCheck(told);
    if (told.kind === 'read') setFormer({ ...told.value, print });
    return told;
  }

  async function resume(number: string): Promise<Answer<CaseFile>> {
    clear();
    const mine = turn.current;
    setResuming(WAITING);
    let told = await questions.serviceCase(null, number);
    if (isRefusedWith(told, 'NOT_FOUND') && draft.actingFor !== '') told = await questions.serviceCase(errand, number);
    if (mine !== turn.current) return told;
    setResuming(told);
    if (told.kind !== 'read') return told;
    const file = told.value;
    const [own] = of([file.matter]);
    if (own !== undefined) {
      const along = [...new Set(file.checks.map((one) => one.matter))].filter((code) => code !== own.code);
      const further = of(along).filter((one) => isJoinable([own, one]));
      setDraft((now) => draftOf(file, own, further, now));
    }
    setOpened(file.closedAt === null ? file : null);
    setNamed(new Set(file.subjects.map((one) => seat(one.role, one.code))));
    setCollected(file.collections);
    return told;
  }

  /** The matters stay: the next person mostly comes for the same. */
  function next() {
    clear();
    setDraft((now) => ({
      ...emptyDraft(now.handler),
      matter: now.matter,
      further: now.further,
      entries: joint === null ? [] : fieldsOf(joint),
      actingFor: now.actingFor,
    }));
  }

  function applied(code: string, all: readonly Application[], stated: string) {
    const due = { due: lastDue(all) };
    setContact(stated);
    setSubmitted((now) => new Map([...now, ...all.flatMap((one) => one.items.map(({ item }) => [`${code} ${item}`, due] as const))]));
  }

  function appliedFor(material: Material): AppliedFor | null {
    const items = material.application?.items ?? [];
    const held = items.flatMap((item) => submitted.get(`${material.matter} ${item}`) ?? []);
    if (items.length === 0 || held.length < items.length) return null;
    return { due: held.map((one) => one.due).filter((day) => day !== null).sort().at(-1) ?? null };
  }

  /** In another department's name only what it entrusted (Art. 17 ¶2). */
  function canJoin(one: Matter): boolean {
    const held = entrustments.filter(({ duty }) => duty === draft.actingFor);
    const isEntrusted = held.some((each) => each.matters.length === 0 || each.matters.includes(one.code));
    return (draft.actingFor === '' || isEntrusted) && isJoinable([...chosen, one]);
  }

  function isOfCase(code: string): boolean {
    const [one] = of([code]);
    if (opened === null || joint === null || one === undefined) return false;
    const here = standing(draft, joint, one);
    const there = [...named].filter((each) => one.roles.some((role) => each.startsWith(`${role.name} `)));
    return here.size > 0 && here.size === there.length && there.every((each) => here.has(each));
  }

  return {
    questions,
    applications,
    matters,
    matter,
    chosen,
    joint,
    joinable: listed.filter((one) => one.code !== draft.matter && (draft.further.includes(one.code) || canJoin(one))),
    entrustments,
    draft,
    errand,
    opened,
    resuming,
    check,
    former: former?.checks ?? null,
    answer: former?.answer ?? null,
    stale: former !== null && former.print !== fingerprint(draft),
    collected,
    doubts,
    contact,
    change,
    choose,
    chooseFurther,
    run,
    resume,
    next,
    again: () => setAttempt((last) => last + 1),
    tookOver: setOpened,
    collect: (one) => setCollected((now) => [one, ...now]),
    doubt: (path, id) => setDoubts((now) => new Map(now).set(path, id)),
    applied,
    appliedFor,
    isOfCase,
  };
}
