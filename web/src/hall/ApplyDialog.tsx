import { Button, Skeleton } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useLanguage } from '../shell/language';
import { useAnnounce } from './announce';
import { ApplicationForm } from './ApplicationForm';
import { ApplicationsTold } from './ApplicationsTold';
import { firstLacking, isDraft, LACKING, lastDue, stateOf, type Application, type Drafted, type Statement } from './applications';
import { WAITING, type Answer, type Asked } from './ask';
import { nameOf, type Material } from './check';
import { Dialog } from './Dialog';
import { basisText } from './matter';
import { NotOurs } from './NotOurs';
import { Trouble } from './Trouble';
import type { Desk } from './useDesk';

interface Props {
  readonly desk: Desk;
  readonly material: Material;
  readonly onClose: () => void;
}

/** 申请共享: what the department could have and never applied for, as an application to each provider (Art. 16 ¶1). */
export function ApplyDialog({ desk, material, onClose }: Props) {
  const { say } = useLanguage();
  const announce = useAnnounce();
  const [asked, setAsked] = useState<Asked<Drafted>>(WAITING);
  const [applications, setApplications] = useState<readonly Application[]>([]);
  const [stated, setStated] = useState<Statement | null>(null);
  const isOthers = desk.draft.actingFor !== '';
  const hasBegun = useRef(false);

  useEffect(() => {
    if (hasBegun.current || isOthers) return;
    hasBegun.current = true;
    void begin();
  });

  async function begin() {
    setAsked(WAITING);
    const told = await desk.applications.drafted(desk.errand, material);
    setAsked(told);
    if (told.kind !== 'read') return;
    const matter = desk.chosen.find((one) => one.code === material.matter);
    setApplications(told.value.applications);
    setStated(stateOf(told.value.applications, matter === undefined ? '' : basisText(matter), desk.contact));
    announce(say({ zh: `已起草${told.value.applications.length}份申请`, en: `${told.value.applications.length} applications drafted` }));
  }

  /** One after the other; those that their providers have stay with them where a later one fails. */
  async function submit(): Promise<Answer<readonly Application[]>> {
    if (stated === null) return { kind: 'refused', refused: [] };
    let all = applications;
    for (const one of applications.filter(isDraft)) {
      const told = await desk.applications.submit(desk.errand, one, stated);
      if (told.kind !== 'read') return told;
      all = all.map((each) => (each.id === one.id ? told.value : each));
      setApplications(all);
    }
    return { kind: 'read', value: all, refused: [] };
  }

  async function withdraw() {
    for (const one of applications.filter(isDraft)) {
      const told = await desk.applications.withdraw(desk.errand, one);
      if (told.kind !== 'read') return setAsked(told);
    }
    announce(say({ zh: '草稿已撤回', en: 'The draft is withdrawn' }));
    onClose();
  }

  const isReady = asked.kind === 'read' && stated !== null && applications.length > 0;
  const isSent = isReady && !applications.some(isDraft);
  const lack = stated === null ? null : firstLacking(stated);
  return (
    <Dialog
      title={say({ zh: `申请共享：${material.title}`, en: `Apply for: ${material.titleEn}` })}
      width={720}
      okText={!isReady ? say({ zh: '关闭', en: 'Close' }) : isSent ? say({ zh: '完成', en: 'Done' }) : say({ zh: '提交申请', en: 'Submit' })}
      isOver={!isReady || isSent}
      beside={
        isReady && applications.every(isDraft) && (
          <Button type="text" onClick={() => void withdraw()}>{say({ zh: '撤回草稿', en: 'Withdraw the draft' })}</Button>
        )
      }
      lacking={lack === null ? '' : say({ zh: `请填写${LACKING[lack].zh}`, en: `State: ${LACKING[lack].en}` })}
      field={lack === null ? undefined : `apply-${lack}`}
      onSend={submit}
      onDone={(told) => {
        desk.applied(material.matter, told, stated?.contact.trim() ?? '');
        const due = lastDue(told);
        announce(say({ zh: `申请已提交${due === null ? '' : `，预计 ${due} 前答复`}`, en: `Submitted${due === null ? '' : `, answer expected by ${due}`}` }));
      }}
      onClose={onClose}
      fallback={`line-${nameOf(material)}`}
    >
      {isOthers ? (
        <NotOurs desk={desk} material={material} />
      ) : asked.kind === 'waiting' ? (
        <>
          <p className="waiting">
            <span className="turning" aria-hidden="true" /> {say({ zh: '正在起草…', en: 'Drafting…' })}
          </p>
          <Skeleton active title={false} paragraph={{ rows: 4 }} />
        </>
      ) : isReady ? (
        <>
          {isSent ? null : <ApplicationForm stated={stated} matters={desk.matters} onState={(part) => setStated({ ...stated, ...part })} />}
          <ApplicationsTold applications={applications} drafted={asked.value} stated={stated} handler={desk.errand.handler} />
        </>
      ) : asked.kind === 'read' ? (
        <ApplicationsTold applications={[]} drafted={asked.value} stated={null} handler={desk.errand.handler} />
      ) : (
        <Trouble asked={asked} onRetry={() => void begin()} />
      )}
    </Dialog>
  );
}
