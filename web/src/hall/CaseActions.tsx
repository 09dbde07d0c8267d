import { Alert, Button, Input, Radio } from 'antd';
import { useEffect, useState } from 'react';
import { useLanguage, type Words } from '../shell/language';
import { useAnnounce } from './announce';
import { WAITING, type Asked } from './ask';
import { Dialog } from './Dialog';
import type { CaseFile } from './questions';
import { Trouble } from './Trouble';
import type { Desk } from './useDesk';

const RESULTS: readonly { readonly value: string; readonly words: Words }[] = [
  { value: 'APPROVED', words: { zh: '准予', en: 'Approved' } },
  { value: 'REFUSED', words: { zh: '不予', en: 'Refused' } },
  { value: 'WITHDRAWN', words: { zh: '撤回申请', en: 'Withdrawn' } },
];
const WARNINGS: Record<string, Words> = {
  SUBJECTS_LACKING: { zh: '本办件的当事人不全，请以全部当事人另开办件。', en: 'It names too few: open another with all.' },
  NEVER_CHECKED: { zh: '本办件从未核验材料。', en: 'Its materials were never checked.' },
  CHECK_OUT_OF_DATE: { zh: '上次核验已超过一天，请在决定前重新核验。', en: 'The last check is over a day old: check again first.' },
  AUTHORITY_EXPIRED: { zh: '代理或监护权限已届满。', en: 'An authority has run out meanwhile.' },
};
const CHANGED: Words = { zh: '录入内容已改动，尚未重新核验。', en: 'The entries have changed since the check.' };

/** What is done with an open case as a whole. */
export function CaseActions({ desk }: { readonly desk: Desk }) {
  const { say } = useLanguage();
  const [taking, setTaking] = useState<'hand_over' | 'close' | null>(null);
  if (desk.opened === null) return null;
  const isOthers = desk.opened.handler !== desk.errand.handler;
  const end = () => setTaking(null);
  return (
    <>
      <Button onClick={() => setTaking('hand_over')}>{isOthers ? say({ zh: '接收', en: 'Take over' }) : say({ zh: '移交', en: 'Hand over' })}</Button>
      <Button onClick={() => setTaking('close')}>{say({ zh: '办结', en: 'Close case' })}</Button>
      {taking === 'hand_over' && <HandOver desk={desk} isOthers={isOthers} onClose={end} />}
      {taking === 'close' && <Close desk={desk} onClose={end} />}
    </>
  );
}

interface Props {
  readonly desk: Desk;
  readonly onClose: () => void;
}

/** To a colleague; or, where a colleague has it, to whoever sits here now. */
function HandOver({ desk, isOthers, onClose }: Props & { readonly isOthers: boolean }) {
  const { say } = useLanguage();
  const announce = useAnnounce();
  const [to, setTo] = useState(isOthers ? desk.errand.handler : '');
  const [reason, setReason] = useState('');
  return (
    <Dialog
      title={
        isOthers
          ? say({ zh: `接收办件 ${desk.errand.case}`, en: `Take over case ${desk.errand.case}` })
          : say({ zh: `移交办件 ${desk.errand.case}`, en: `Hand over case ${desk.errand.case}` })
      }
      okText={isOthers ? say({ zh: '接收', en: 'Take over' }) : say({ zh: '移交', en: 'Hand over' })}
      lacking={to.trim() === '' || reason.trim() === '' ? say({ zh: '请填写接收人和理由', en: 'name the colleague and the reason' }) : ''}
      onSend={() => desk.questions.handOver(desk.errand, to.trim(), reason.trim())}
      onDone={(told) => {
        desk.tookOver(told);
        announce(say({ zh: `办件已由 ${told.handler} 经办`, en: `${told.handler} has the case now` }));
        onClose();
      }}
      onClose={onClose}
      fallback="case"
    >
      <div className="item">
        <label htmlFor="to">{say({ zh: '接收人编号', en: 'To whom' })}</label>
        <Input id="to" autoFocus={!isOthers} required maxLength={64} value={to} onChange={(event) => setTo(event.target.value)} />
      </div>
      <div className="item">
        <label htmlFor="reason">{say({ zh: '理由', en: 'Reason' })}</label>
        <Input.TextArea id="reason" autoFocus={isOthers} required rows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </div>
    </Dialog>
  );
}

function Close({ desk, onClose }: Props) {
  const { say } = useLanguage();
  const announce = useAnnounce();
  const [result, setResult] = useState('APPROVED');
  const [asked, setAsked] = useState<Asked<CaseFile>>(WAITING);

  // What the case lacks is told as it is when the dialog opens: since the case was read, it has been checked.
  useEffect(() => {
    let wanted = true;
    void desk.questions.serviceCase(desk.errand, desk.errand.case).then((told) => wanted && setAsked(told));
    return () => {
      wanted = false;
    };
  }, []);

  const warnings = asked.kind === 'read' ? asked.value.warnings.map((one) => WARNINGS[one] ?? { zh: one, en: one }) : [];
  return (
    <Dialog
      title={say({ zh: `办结 ${desk.errand.case}`, en: `Close case ${desk.errand.case}` })}
      okText={say({ zh: '办结', en: 'Close' })}
      lacking=""
      onSend={() => desk.questions.close(desk.errand, result)}
      onDone={(told) => {
        announce(say({ zh: `办件 ${told.number} 已办结`, en: `Case ${told.number} is closed` }));
        desk.next();
        onClose();
      }}
      onClose={onClose}
      fallback="case"
    >
      {asked.kind === 'waiting' && <p className="waiting">{say({ zh: '正在读取办件…', en: 'Reading the case…' })}</p>}
      <Trouble asked={asked} />
      {(desk.stale ? [CHANGED, ...warnings] : warnings).map((words) => (
        <Alert key={words.en} type="warning" showIcon title={say(words)} />
      ))}
      <fieldset className="case-result">
        <legend>{say({ zh: '办结结果', en: 'Result' })}</legend>
        <Radio.Group
          value={result}
          options={RESULTS.map((one) => ({ value: one.value, label: say(one.words) }))}
          onChange={(event) => setResult(String(event.target.value))}
        />
      </fieldset>
      <p className="hint">
        {say({ zh: '办结后，本办件当事人的信息不再提供，也不能重新打开。', en: 'From then on nothing is given for its subjects; it is not opened again.' })}
      </p>
    </Dialog>
  );
}
