import { Button, Checkbox, Select, Skeleton } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { headed } from '../shared/in_words';
import { useLanguage, type Words } from '../shell/language';
import { useAnnounce } from './announce';
import { CaseFields } from './CaseFields';
import { counts, materialsOf } from './check';
import { lacking } from './draft';
import { FurtherMatters } from './FurtherMatters';
import { SubjectFields } from './SubjectFields';
import { Trouble } from './Trouble';
import type { Desk } from './useDesk';
import { focusOn, focusOnSubject } from './useShortcuts';
import { VERDICTS } from './words';

/** What the counter enters: matter, subjects, situations, case; and the button that asks the registers. */
export function Intake({ desk }: { readonly desk: Desk }) {
  const { say } = useLanguage();
  const announce = useAnnounce();
  const [missing, setMissing] = useState<Words | null>(null);
  const { draft, joint, matters } = desk;
  const busy = desk.check.kind === 'waiting';
  const hasChosen = useRef(false);

  // The list gives the focus back to its field first; then it goes where the next code is to be entered.
  useEffect(() => {
    if (!hasChosen.current) return undefined;
    hasChosen.current = false;
    const timer = setTimeout(focusOnSubject, 50);
    return () => clearTimeout(timer);
  }, [draft.matter]);

  async function run() {
    const opens = desk.errand.case !== '' && desk.opened?.number !== desk.errand.case;
    const stop = lacking(draft, joint, opens);
    setMissing(stop?.why ?? null);
    if (stop !== null) {
      announce(say(stop.why));
      focusOn(stop.field);
      return;
    }
    announce(say({ zh: '正在核验', en: 'Checking' }));
    const told = await desk.run();
    if (told.kind === 'read') {
      const parts = [...counts(materialsOf(told.value.checks))];
      const summary = parts.map(([verdict, count]) => `${say(VERDICTS[verdict])} ${count}`).join(say({ zh: '，', en: ', ' }));
      announce(say({ zh: `核验完成：${summary}`, en: `Checked: ${summary}` }));
    }
    focusOn('results-title');
  }

  return (
    <section className="intake" aria-labelledby="intake-title">
      <h2 id="intake-title">{say({ zh: '收件', en: 'Intake' })}</h2>
      <form
        className="intake-form"
        noValidate
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <div className="intake-fields">
          <div className="item">
            <label htmlFor="matter">{say({ zh: '事项', en: 'Matter' })}</label>
            {matters.kind === 'waiting' ? (
              <Skeleton.Input active block />
            ) : (
              <Select
                id="matter"
                className="whole"
                showSearch={{ optionFilterProp: 'search' }}
                value={draft.matter || null}
                placeholder={say({ zh: '输入编码或名称查找', en: 'Find by code or name' })}
                disabled={matters.kind !== 'read'}
                notFoundContent={say({ zh: '没有这样的事项', en: 'No such matter' })}
                options={(matters.kind === 'read' ? matters.value : []).map((one) => ({
                  value: one.code,
                  label: `${one.code} ${say({ zh: one.title, en: headed(one.titleEn) })}`,
                  search: `${one.code} ${one.title} ${one.titleEn}`,
                }))}
                onChange={(code: string) => {
                  setMissing(null);
                  hasChosen.current = true;
                  desk.choose(code);
                }}
              />
            )}
            <Trouble asked={matters} onRetry={desk.again} />
          </div>
          {joint !== null && <FurtherMatters desk={desk} />}
          {joint !== null && <SubjectFields desk={desk} joint={joint} />}
          {joint !== null && joint.situations.length > 0 && (
            <fieldset className="situations">
              <legend>{say({ zh: '情形', en: 'Situations' })}</legend>
              <Checkbox.Group
                value={[...draft.situations]}
                onChange={(chosen) => desk.change({ situations: chosen })}
                options={joint.situations.map((one) => ({ value: one.code, label: say({ zh: one.title, en: headed(one.titleEn) }) }))}
              />
            </fieldset>
          )}
          <CaseFields desk={desk} />
        </div>
        <div className="intake-foot">
          {missing !== null && <p className="missing">{say(missing)}</p>}
          <Button id="run" type="primary" htmlType="submit" size="large" block loading={busy} aria-keyshortcuts="Control+Enter">
            {desk.former === null ? say({ zh: '核验材料', en: 'Check the materials' }) : say({ zh: '重新核验', en: 'Check again' })}
            <kbd>Ctrl Enter</kbd>
          </Button>
        </div>
      </form>
    </section>
  );
}
