import { Alert, Input } from 'antd';
import { useState } from 'react';
import { useLanguage } from '../shell/language';
import { useAnnounce } from './announce';
import { nameOf, type Material } from './check';
import { Dialog } from './Dialog';
import type { Desk } from './useDesk';

interface Props {
  readonly desk: Desk;
  readonly material: Material;
  /** It could be shared: to ask all the same leaves a record of duplicate collection. */
  readonly isUnlawful: boolean;
  readonly onClose: () => void;
}

/** 收取材料: that a material was asked for, and why (Art. 16 ¶2). */
export function CollectDialog({ desk, material, isUnlawful, onClose }: Props) {
  const { language, say } = useLanguage();
  const announce = useAnnounce();
  const given = language === 'zh' ? material.reasonText : material.reasonTextEn;
  const [reason, setReason] = useState(material.verdict === 'ASK_WITH_REASON' ? given : '');
  const isNeeded = isUnlawful || material.verdict === 'ASK_WITH_REASON';
  return (
    <Dialog
      title={say({ zh: `记录收取：${material.title}`, en: `Record the collection: ${material.titleEn}` })}
      okText={say({ zh: '记录', en: 'Record' })}
      danger={isUnlawful}
      lacking={isNeeded && reason.trim() === '' ? say({ zh: '请写明理由', en: 'state the reason' }) : ''}
      onSend={() => desk.questions.collect(desk.errand, material, reason.trim())}
      onDone={(told) => {
        desk.collect(told);
        announce(say({ zh: '已记录收取', en: 'The collection is recorded' }));
        onClose();
      }}
      onClose={onClose}
      fallback={`line-${nameOf(material)}`}
    >
      {isUnlawful && (
        <Alert
          type="warning"
          showIcon
          title={say({ zh: '这项材料能够共享，不得要求提交。', en: 'This can be shared: it is not to be asked for.' })}
          description={say({
            zh: '仍要收取的，须说明理由，并留下重复采集记录（第16条第2款、第25条第6项）。',
            en: 'To ask all the same needs a reason and leaves a record of duplicate collection (Art. 16 ¶2, 25(6)).',
          })}
        />
      )}
      <div className="item">
        <label htmlFor="reason">
          {say({ zh: '理由', en: 'Reason' })}
          {!isNeeded && <span className="hint">{say({ zh: '可不填', en: 'optional' })}</span>}
        </label>
        <Input.TextArea id="reason" autoFocus required={isNeeded} rows={3} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </div>
    </Dialog>
  );
}
