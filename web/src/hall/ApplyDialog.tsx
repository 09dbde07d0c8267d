import { Alert } from 'antd';
import { useState } from 'react';
import { useLanguage } from '../shell/language';
import { useAnnounce } from './announce';
import type { Material } from './check';
import { Dialog } from './Dialog';
import type { Drafted } from './questions';
import type { Desk } from './useDesk';

interface Props {
  readonly desk: Desk;
  readonly material: Material;
  readonly onClose: () => void;
}

/** 起草申请: what the department could have and never applied for, as an application to each provider (Art. 16 ¶1). */
export function ApplyDialog({ desk, material, onClose }: Props) {
  const { say } = useLanguage();
  const announce = useAnnounce();
  const [drafted, setDrafted] = useState<Drafted | null>(null);
  const application = material.application;
  if (application === null) return null;
  return (
    <Dialog
      title={say({ zh: `申请共享：${material.title}`, en: `Apply for: ${material.titleEn}` })}
      okText={drafted === null ? say({ zh: '起草', en: 'Draft' }) : say({ zh: '完成', en: 'Done' })}
      lacking=""
      onSend={async () =>
        drafted === null ? desk.questions.draft(desk.errand, application.document) : { kind: 'read', value: drafted, refused: [] }
      }
      onDone={(told) => {
        if (drafted !== null) return onClose();
        setDrafted(told);
        announce(say({ zh: `已起草${told.applications.length}份申请`, en: `${told.applications.length} applications drafted` }));
      }}
      onClose={onClose}
      fallback={`line-${material.code}`}
    >
      {drafted === null ? (
        <>
          <p>{say({ zh: '将按下列查询起草申请，分送各提供部门：', en: 'Drafted from this query, one to each provider:' })}</p>
          <pre className="document" tabIndex={0} aria-label={say({ zh: '申请所依据的查询', en: 'The query it is drafted from' })}>{application.document}</pre>
          <p className="hint">{say({ zh: `信息项 ${application.items.join('、')}`, en: `items ${application.items.join(', ')}` })}</p>
        </>
      ) : (
        <>
          <Alert
            type="success"
            showIcon
            title={say({ zh: `已起草${drafted.applications.length}份申请`, en: `${drafted.applications.length} applications drafted` })}
            description={say({
              zh: '由本单位补充需求依据和联系方式后提交，提供部门在10个工作日内答复（第16条第1款）。',
              en: 'Complete duty and contact, then submit; the provider answers within 10 working days (Art. 16 ¶1).',
            })}
          />
          <ul className="drafted">
            {drafted.applications.map((one) => (
              <li key={one.id}>
                <strong>{one.provider.title}</strong> <code>{one.id}</code>
                <br />
                <span className="quiet">{one.items.map((item) => item.title ?? item.item).join('、')}</span>
              </li>
            ))}
          </ul>
          {drafted.unobtainable.length > 0 && (
            <p className="hint">
              {say({ zh: '不能申请的：', en: 'Not obtainable: ' })}
              {drafted.unobtainable.map(({ item }) => item).join('、')}
            </p>
          )}
        </>
      )}
    </Dialog>
  );
}
