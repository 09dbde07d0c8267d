import { Input } from 'antd';
import { useState } from 'react';
import { useLanguage } from '../shell/language';
import { useAnnounce } from './announce';
import { nameOf, type Item, type Material } from './check';
import { Dialog } from './Dialog';
import { codeOf } from './draft';
import type { Picked } from './scan';
import { ScanField } from './ScanField';
import type { Desk } from './useDesk';
import { useItem } from './useItem';
import { outcomeWords, whyNone } from './words';

interface Props {
  readonly desk: Desk;
  readonly material: Material;
  readonly item: Item;
  readonly onClose: () => void;
}

/** 疑义: what the register tells is not what the person shows (Art. 18). The business goes on. */
export function DoubtDialog({ desk, material, item, onClose }: Props) {
  const { say } = useLanguage();
  const announce = useAnnounce();
  const [observed, setObserved] = useState('');
  const [picked, setPicked] = useState<Picked | null>(null);
  const { name, value, role } = useItem(desk, material)(item);
  const subject = desk.joint === null ? null : codeOf(desk.draft, desk.joint, item.role, item.subject);
  return (
    <Dialog
      title={say({ zh: '提出疑义', en: 'Report a doubt' })}
      okText={say({ zh: '提交', en: 'Report' })}
      lacking={observed.trim() === '' ? say({ zh: '请写明实际情况', en: 'say what is observed' }) : picked !== null && picked.kind !== 'scan' ? say(picked.why) : ''}
      onSend={() =>
        desk.questions.doubt(
          desk.errand,
          { receipt: material.receipt, path: item.path, subject, provider: item.provider },
          observed.trim(),
          picked?.kind === 'scan' ? [picked.scan] : [],
        )
      }
      onDone={({ id }) => {
        desk.doubt(item.path, id);
        announce(say({ zh: '疑义已提交，业务照常办理', en: 'The doubt is reported; business goes on' }));
        onClose();
      }}
      onClose={onClose}
      fallback={`line-${nameOf(material)}`}
    >
      <dl className="dialog-facts">
        <div><dt>{say({ zh: '信息项', en: 'Item' })}</dt><dd>{role} · {name}</dd></div>
        <div><dt>{say({ zh: '登记内容', en: 'Register' })}</dt><dd>{value ?? say(whyNone(item) ?? outcomeWords(item.outcome))}</dd></div>
        <div><dt>{say({ zh: '来源', en: 'Source' })}</dt><dd>{item.providerTitle ?? item.provider}</dd></div>
      </dl>
      <div className="item">
        <label htmlFor="observed">{say({ zh: '实际情况', en: 'What is observed' })}</label>
        <Input.TextArea id="observed" autoFocus required rows={3} maxLength={1000} value={observed} onChange={(event) => setObserved(event.target.value)} />
      </div>
      <ScanField label={say({ zh: '佐证（可不附）', en: 'Evidence (optional)' })} mostMiB={1} onPick={setPicked} />
      <p className="hint">
        {say({
          zh: '提供部门核实期间照常办理；当事人主动提供有效证明的，应当接收，不得要求其提供（第18条）。',
          en: 'Business goes on while the provider verifies; valid proof that is offered is accepted, never demanded (Art. 18).',
        })}
      </p>
    </Dialog>
  );
}
