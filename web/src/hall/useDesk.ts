import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Door } from '../shared/door';
import { IDLE, isRefusedWith, WAITING, type Answer, type Asked, type Errand } from './ask';
import type { Check } from './check';
import { authoritiesOf, draftOf, emptyDraft, fieldsOf, fingerprint, subjectsOf, type Draft } from './draft';
import type { Entrustment, Matter } from './matter';
import { Questions, type CaseFile, type Checked, type Collected, type ServiceCase } from './questions';

export interface Desk {
  readonly questions: Questions;
  readonly matters: Asked<readonly Matter[]>;
  readonly matter: Matter | null;
  readonly entrustments: readonly Entrustment[];
  readonly draft: Draft;
  readonly errand: Errand;
  /** The open case that the form stands for; null where there is none. */
  readonly opened: ServiceCase | null;
  readonly resuming: Asked<CaseFile>;
  readonly check: Asked<Checked>;
  /** The last check that was read, to stand there while the next is on its way; and the answer it came in. */
  readonly former: Check | null;
  readonly answer: unknown;
  /** Whether the form has changed since that check. */
  readonly stale: boolean;
  readonly collected: readonly Collected[];
  /** The doubts reported from this page, by path. */
  readonly doubts: ReadonlyMap<string, string>;
  readonly change: (part: Partial<Draft>) => void;
  readonly choose: (code: string) => void;
  readonly run: () => Promise<Answer<Checked>>;
  readonly resume: (number: string) => Promise<Answer<CaseFile>>;
  readonly next: () => void;
  readonly again: () => void;
  readonly tookOver: (opened: ServiceCase) => void;
  readonly collect: (one: Collected) => void;
  readonly doubt: (path: string, id: string) => void;
}

/** All that a counter's page knows, and what can be done about it. A visit lasts until the page closes; nothing is stored. */
export function useDesk(door: Door, handler: string): Desk {
  const questions = useMemo(() => new Questions(door), [door]);
  const [matters, setMatters] = useState<Asked<readonly Matter[]>>(WAITING);
  const [entrustments, setEntrustments] = useState<readonly Entrustment[]>([]);
  const [attempt, setAttempt] = useState(0);
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(handler));
  const [opened, setOpened] = useState<ServiceCase | null>(null);
  const [resuming, setResuming] = useState<Asked<CaseFile>>(IDLE);
  const [check, setCheck] = useState<Asked<Checked>>(IDLE);
  const [former, setFormer] = useState<(Checked & { readonly print: string }) | null>(null);
  const [collected, setCollected] = useState<readonly Collected[]>([]);
  const [doubts, setDoubts] = useState<ReadonlyMap<string, string>>(new Map());
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
  const errand: Errand = {
    matter: draft.matter,
    handler: draft.handler.trim(),
    case: draft.case.trim(),
    actingFor: draft.actingFor,
  };

  const clear = useCallback(() => {
    turn.current += 1;
    setOpened(null);
    setResuming(IDLE);
    setCheck(IDLE);
    setFormer(null);
    setCollected([]);
    setDoubts(new Map());
  }, []);

  function change(part: Partial<Draft>) {
    setDraft((now) => ({ ...now, ...part }));
  }

  function choose(code: string) {
    const chosen = listed.find((one) => one.code === code);
    if (chosen === undefined) return;
    clear();
    setDraft((now) => ({ ...emptyDraft(now.handler), matter: code, entries: fieldsOf(chosen), case: '', actingFor: '' }));
  }

  async function run(): Promise<Answer<Checked>> {
    if (matter === null) return { kind: 'refused', refused: [] };
    const mine = ++turn.current;
    const print = fingerprint(draft);
    setCheck(WAITING);
    if (errand.case !== '' && opened?.number !== errand.case) {
      const told = await questions.open(errand, subjectsOf(draft, matter), authoritiesOf(draft, matter));
      if (told.kind !== 'read') {
        if (mine === turn.current) setCheck(told);
        return told;
      }
      if (mine !== turn.current) return { kind: 'refused', refused: [] };
      setOpened(told.value);
    }
    const told = await questions.check(errand, subjectsOf(draft, matter), draft.situations);
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
    const of = listed.find((one) => one.code === file.matter);
    if (of !== undefined) setDraft((now) => draftOf(file, of, now));
    setOpened(file.closedAt === null ? file : null);
    setCollected(file.collections);
    return told;
  }

  function next() {
    clear();
    setDraft((now) => ({ ...emptyDraft(now.handler), matter: now.matter, entries: matter === null ? [] : fieldsOf(matter), actingFor: now.actingFor }));
  }

  return {
    questions,
    matters,
    matter,
    entrustments,
    draft,
    errand,
    opened,
    resuming,
    check,
    former: former?.check ?? null,
    answer: former?.answer ?? null,
    stale: former !== null && former.print !== fingerprint(draft),
    collected,
    doubts,
    change,
    choose,
    run,
    resume,
    next,
    again: () => setAttempt((last) => last + 1),
    tookOver: setOpened,
    collect: (one) => setCollected((now) => [one, ...now]),
    doubt: (path, id) => setDoubts((now) => new Map(now).set(path, id)),
  };
}
