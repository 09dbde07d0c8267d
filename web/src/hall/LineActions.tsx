import { Button } from 'antd';
import { useState } from 'react';
import { useLanguage, type Words } from '../shell/language';
import { ApplyDialog } from './ApplyDialog';
import type { Material, Verdict } from './check';
import { CollectDialog } from './CollectDialog';
import { ProofDialog } from './ProofDialog';
import type { Desk } from './useDesk';
import { focusOn } from './useShortcuts';

type Step = 'open_case' | 'apply' | 'collect' | 'offered';

const STEPS: Record<Verdict, readonly Step[]> = {
  NOT_TO_BE_ASKED: ['collect'],
  OBTAINABLE: ['open_case', 'apply', 'collect'],
  ACCEPT_IF_OFFERED: ['offered'],
  ASK_WITH_REASON: ['collect'],
  ASK: ['collect'],
};
const LAWFUL: Words = { zh: '记录收取', en: 'Record collection' };
const NAMES: Record<Step, Words> = {
  open_case: { zh: '填办件编号', en: 'Name the case' },
  apply: { zh: '申请共享', en: 'Apply for it' },
  collect: LAWFUL,
  offered: { zh: '收下证明', en: 'File offered proof' },
};
const ALL_THE_SAME: Words = { zh: '仍要收取…', en: 'Ask all the same…' };

interface Props {
  readonly desk: Desk;
  readonly material: Material;
}

/** What can be done about a material, as far as its verdict allows. Collections and proof are kept with a case. */
export function LineActions({ desk, material }: Props) {
  const { say } = useLanguage();
  const [taking, setTaking] = useState<Step | null>(null);
  const close = () => setTaking(null);
  const isUnlawful = material.verdict === 'NOT_TO_BE_ASKED' || material.verdict === 'OBTAINABLE';
  const steps = STEPS[material.verdict].filter((step) => isPossible(step, desk, material));
  if (steps.length === 0) return null;
  return (
    <span className="line-actions">
      {steps.map((step) => {
        const name = say(step === 'collect' && isUnlawful ? ALL_THE_SAME : NAMES[step]);
        const isQuiet = step === 'collect' && isUnlawful;
        return (
          <Button
            key={step}
            size="small"
            type={isQuiet ? 'text' : 'default'}
            className={isQuiet ? 'quiet-action' : ''}
            aria-label={`${name} ${say({ zh: material.title, en: material.titleEn })}`}
            onClick={() => (step === 'open_case' ? focusOn('case') : setTaking(step))}
          >
            {name}
          </Button>
        );
      })}
      {taking === 'apply' && <ApplyDialog desk={desk} material={material} onClose={close} />}
      {taking === 'collect' && <CollectDialog desk={desk} material={material} isUnlawful={isUnlawful} onClose={close} />}
      {taking === 'offered' && <ProofDialog desk={desk} material={material} onClose={close} />}
    </span>
  );
}

function isPossible(step: Step, desk: Desk, material: Material): boolean {
  const { opened } = desk;
  const { application, reason } = material;
  const needsCase = reason === 'CASE_REQUIRED';
  switch (step) {
    case 'open_case':
      return needsCase && opened === null;
    case 'apply':
      return application !== null && !needsCase && desk.appliedFor(material) === null;
    case 'collect':
      return opened !== null && desk.isOfCase(material.matter);
    case 'offered': // nothing blocks proof that is offered (Art. 18)
      return opened !== null;
  }
}
