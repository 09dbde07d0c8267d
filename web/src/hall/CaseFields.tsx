import { Button, Input, Select } from 'antd';
import type { KeyboardEvent } from 'react';
import { useLanguage } from '../shell/language';
import { useAnnounce } from './announce';
import { isRefusedWith } from './ask';
import { Trouble } from './Trouble';
import { departmentTitle, type Desk } from './useDesk';

/** Whose errand it is: the handler, the case, and for which department the counter acts. */
export function CaseFields({ desk }: { readonly desk: Desk }) {
  const { say } = useLanguage();
  const announce = useAnnounce();
  const { draft, matter, opened, resuming } = desk;
  const titleOf = (code: string) => departmentTitle(desk, code) ?? code;
  const number = draft.case.trim();
  const isUnknown = resuming.kind === 'refused' && isRefusedWith(resuming, 'NOT_FOUND');
  const duties = desk.entrustments.filter((one) => desk.chosen.every(({ code }) => one.matters.length === 0 || one.matters.includes(code)));

  async function resume() {
    if (number === '') return;
    const told = await desk.resume(number);
    if (told.kind === 'read') announce(say({ zh: `已调取办件 ${number}`, en: `Case ${number} is resumed` }));
  }
  function enter(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void resume();
  }
  /** A number of the counter's own: day, time and handler. */
  function propose() {
    const at = new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14);
    desk.change({ case: `${at}-${draft.handler.trim() || 'HALL'}` });
  }

  return (
    <fieldset className="case">
      <legend>{say({ zh: '办件', en: 'Case' })}</legend>
      <div className="item">
        <label htmlFor="case">
          {say({ zh: '办件编号', en: 'Case number' })}
          <span className="hint">{say({ zh: '回车调取；新编号在核验时开办', en: 'Enter resumes it; a new one is opened by the check' })}</span>
        </label>
        <div className="with-button">
          <Input
            id="case"
            value={draft.case}
            maxLength={64}
            spellCheck={false}
            aria-describedby="case-told"
            onChange={(event) => desk.change({ case: event.target.value })}
            onKeyDown={enter}
          />
          {number === '' ? (
            <Button disabled={matter === null} onClick={propose}>{say({ zh: '编号', en: 'New' })}</Button>
          ) : (
            <Button loading={resuming.kind === 'waiting'} onClick={() => void resume()}>{say({ zh: '调取', en: 'Resume' })}</Button>
          )}
        </div>
        <p id="case-told" className="told neutral" aria-live="polite">
          {isUnknown && say({ zh: '没有这个办件，核验时以此编号开办。', en: 'No such case: the check opens it.' })}
          {opened !== null && opened.number === number && say({ zh: '办件在办，', en: 'Open, ' }) + say({ zh: `经办人 ${opened.handler}`, en: `handler ${opened.handler}` })}
          {resuming.kind === 'read' && resuming.value.closedAt !== null && say({ zh: '办件已办结，不能再用。', en: 'The case is closed.' })}
        </p>
        {!isUnknown && <Trouble asked={resuming} />}
      </div>
      <div className="item">
        <label htmlFor="handler">{say({ zh: '经办人编号', en: 'Handler' })}</label>
        <Input id="handler" value={draft.handler} required maxLength={64} spellCheck={false} onChange={(event) => desk.change({ handler: event.target.value })} />
      </div>
      {duties.length > 0 && (
        <div className="item">
          <label htmlFor="acting-for">{say({ zh: '以谁的名义', en: 'In whose name' })}</label>
          <Select
            id="acting-for"
            className="whole"
            value={draft.actingFor}
            options={[
              { value: '', label: say({ zh: '本单位', en: 'our own' }) },
              ...duties.map((one) => ({
                value: one.duty,
                label:
                  say({ zh: '受委托：', en: 'entrusted by ' }) +
                  titleOf(one.duty),
                title: one.basis,
              })),
            ]}
            onChange={(actingFor: string) => desk.change({ actingFor })}
          />
        </div>
      )}
    </fieldset>
  );
}
