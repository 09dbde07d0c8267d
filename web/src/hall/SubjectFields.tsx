import { Button, Input, Radio } from 'antd';
import type { KeyboardEvent } from 'react';
import { headed } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import { isDay, isEither, judged, withField, type Entry, type Place } from './draft';
import { KIND_WORDS, normalise } from './identifiers';
import { namedRoles, type Joint, type Role } from './matter';
import type { Desk } from './useDesk';
import { focusOn } from './useShortcuts';

interface Props {
  readonly desk: Desk;
  readonly joint: Joint;
}

/** A field for each subject, by role. */
export function SubjectFields({ desk, joint }: Props) {
  const { say } = useLanguage();
  const { draft } = desk;
  const places = judged(draft, joint);

  function put(id: string, part: Partial<Entry>) {
    desk.change({ entries: draft.entries.map((one) => (one.id === id ? { ...one, ...part } : one)) });
  }
  function add(role: string) {
    const grown = withField(draft, role);
    desk.change({ entries: grown.draft.entries });
    requestAnimationFrame(() => focusOn(grown.id));
  }
  function remove(id: string) {
    const role = draft.entries.find((one) => one.id === id)?.role;
    desk.change({ entries: draft.entries.filter((one) => one.id !== id) });
    const other = draft.entries.find((one) => one.role === role && one.id !== id);
    if (other !== undefined) focusOn(other.id);
  }
  /** The field after this one, or the button once all are through. */
  function goOn(id: string) {
    const at = draft.entries.findIndex((one) => one.id === id);
    focusOn(draft.entries[at + 1]?.id ?? 'run');
  }

  return (
    <fieldset className="subjects">
      <legend>{say({ zh: '当事人', en: 'Subjects' })}</legend>
      {namedRoles(joint).map((role) => {
        const ofRole = places.filter((place) => place.entry.role === role.name);
        const isFull = role.most !== null && ofRole.length >= role.most;
        return (
          <div key={role.name} className="role" data-role={role.name}>
            {ofRole.map((place, at) => (
              <SubjectField
                key={place.entry.id}
                place={place}
                role={role}
                number={ofRole.length > 1 ? at + 1 : null}
                isNeeded={at < role.least}
                isOpened={desk.opened !== null && desk.opened.number === desk.errand.case}
                opensCase={desk.errand.case !== ''}
                onPut={(part) => put(place.entry.id, part)}
                onRemove={ofRole.length > Math.max(1, role.least) ? () => remove(place.entry.id) : null}
                onGoOn={() => goOn(place.entry.id)}
              />
            ))}
            {!isFull && ofRole.at(-1)?.judged.kind === 'good' && (
              <Button type="link" size="small" className="add" onClick={() => add(role.name)}>
                {say({ zh: `＋ 再加一个${role.title}`, en: `+ another ${role.titleEn}` })}
              </Button>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

interface FieldProps {
  readonly place: Place;
  readonly role: Role;
  readonly number: number | null;
  readonly isNeeded: boolean;
  /** Whether the case is open: on what its agents act stands in it. */
  readonly isOpened: boolean;
  readonly opensCase: boolean;
  readonly onPut: (part: Partial<Entry>) => void;
  readonly onRemove: (() => void) | null;
  readonly onGoOn: () => void;
}

function SubjectField({ place, role, number, isNeeded, isOpened, opensCase, onPut, onRemove, onGoOn }: FieldProps) {
  const { language, say } = useLanguage();
  const { entry, judged: told } = place;
  const kinds = role.kinds.map((kind) => say(KIND_WORDS[kind])).join(say({ zh: '或', en: ' or ' }));
  const name = `${language === 'zh' ? role.title : headed(role.titleEn)}${number === null ? '' : ` ${number}`}`;
  const message = `${entry.id}-told`;

  /** Enter, which a scanner sends by itself: through where the code holds, to be typed again where it does not. */
  function through(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (told.kind === 'good') onPut({ text: told.code });
    if (told.kind === 'good' || (told.kind === 'empty' && !isNeeded)) onGoOn();
    else event.currentTarget.select();
  }

  return (
    <div className="subject-field">
      <label htmlFor={entry.id}>
        {name}
        <span className="hint">
          {kinds}
          {!isNeeded && say({ zh: ' · 可不填', en: ' · optional' })}
        </span>
      </label>
      <div className="with-button">
        <Input
          id={entry.id}
          className="code"
          value={entry.text}
          required={isNeeded}
          status={told.kind === 'bad' ? 'error' : ''}
          aria-invalid={told.kind === 'bad'}
          aria-describedby={message}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={60}
          suffix={
            <span className={`judged ${told.kind}`} aria-hidden="true">
              {told.kind === 'good' ? '✓' : told.kind === 'typing' ? `${told.length}/${told.of}` : ''}
            </span>
          }
          onChange={(event) => onPut({ text: event.target.value })}
          onBlur={() => told.kind === 'good' && told.code !== entry.text && onPut({ text: normalise(entry.text) })}
          onKeyDown={through}
        />
        {onRemove !== null && (
          <Button onClick={onRemove} aria-label={say({ zh: `删除${name}`, en: `Remove ${name}` })}>✕</Button>
        )}
      </div>
      <p id={message} className="told" aria-live="polite">
        {told.kind === 'bad' && say(told.why)}
        {told.kind === 'good' && <span className="unseen">{say({ zh: '校验通过', en: 'the code holds' })}</span>}
      </p>
      {role.actsFor.length > 0 && told.kind === 'good' && (
        <AuthorityFields entry={entry} name={name} isNeeded={role.statesAuthority} opensCase={opensCase} isOpened={isOpened} onPut={onPut} />
      )}
    </div>
  );
}

interface AuthorityProps {
  readonly entry: Entry;
  readonly name: string;
  readonly isNeeded: boolean;
  readonly opensCase: boolean;
  readonly isOpened: boolean;
  readonly onPut: (part: Partial<Entry>) => void;
}

/** What an agent or guardian acts on: kept with the case when it is opened, and not changed afterwards. */
function AuthorityFields({ entry, name, isNeeded, opensCase, isOpened, onPut }: AuthorityProps) {
  const { say } = useLanguage();
  const until = entry.until.trim();
  if (isOpened) {
    return (
      <p className="told neutral authority">
        {entry.basis === ''
          ? isNeeded
            ? say({ zh: '办件中没有载明授权依据。', en: 'The case states no authority.' })
            : say({ zh: '以登记簿的亲属关系为准。', en: 'By the kinship in the register.' })
          : say({ zh: `授权依据：${entry.basis}`, en: `Rests on ${entry.basis}` }) +
            (until === '' ? '' : say({ zh: `，有效期至 ${until}`, en: `, until ${until}` }))}
      </p>
    );
  }
  return (
    <div className="authority">
      {isEither(entry.role) && (
        <Radio.Group
          aria-label={say({ zh: `${name}的身份`, en: `How ${name} acts` })}
          value={entry.kind}
          options={[
            { value: 'GUARDIAN', label: say({ zh: '监护人', en: 'guardian' }) },
            { value: 'AGENT', label: say({ zh: '代办人', en: 'agent' }) },
          ]}
          onChange={(event) => onPut({ kind: event.target.value as Entry['kind'] })}
        />
      )}
      <div className="item">
        <label htmlFor={`${entry.id}-basis`}>
          {say({ zh: `${name}的授权依据`, en: `What ${name} rests on` })}
          <span className="hint">
            {say({ zh: '委托书或监护证明及文号', en: 'mandate or proof of guardianship, numbered' })}
            {!isNeeded && say({ zh: ' · 登记簿可核亲属关系，可不填', en: ' · kinship is in the register, optional' })}
            {isNeeded && !opensCase && say({ zh: ' · 开办时须填', en: ' · needed to open a case' })}
          </span>
        </label>
        <Input
          id={`${entry.id}-basis`}
          value={entry.basis}
          required={isNeeded && opensCase}
          maxLength={200}
          onChange={(event) => onPut({ basis: event.target.value })}
        />
      </div>
      <div className="item">
        <label htmlFor={`${entry.id}-until`}>
          {say({ zh: '授权有效期至', en: 'Valid until' })}
          <span className="hint">{say({ zh: '年-月-日 · 可不填', en: 'year-month-day · optional' })}</span>
        </label>
        <Input
          id={`${entry.id}-until`}
          value={entry.until}
          maxLength={10}
          inputMode="numeric"
          placeholder="2027-03-31"
          status={until !== '' && !isDay(until) ? 'error' : ''}
          aria-invalid={until !== '' && !isDay(until)}
          onChange={(event) => onPut({ until: event.target.value })}
        />
      </div>
    </div>
  );
}
