import { useState } from 'react';
import { useLanguage } from '../shell/language';
import { useAnnounce } from './announce';
import { nameOf, type Material } from './check';
import { Dialog } from './Dialog';
import type { Scan } from './questions';
import { ScanField } from './ScanField';
import type { Desk } from './useDesk';

interface Props {
  readonly desk: Desk;
  readonly material: Material;
  readonly onClose: () => void;
}

/** 收下证明: what the person offers by itself is filed with the case (Art. 18). */
export function ProofDialog({ desk, material, onClose }: Props) {
  const { say } = useLanguage();
  const announce = useAnnounce();
  const [scan, setScan] = useState<Scan | null>(null);
  return (
    <Dialog
      title={say({ zh: `收下主动提供的证明：${material.title}`, en: `File offered proof: ${material.titleEn}` })}
      okText={say({ zh: '归档', en: 'File' })}
      lacking={scan === null ? say({ zh: '请选择扫描件', en: 'pick the scan' }) : ''}
      onSend={() => desk.questions.offered(desk.errand, material, scan as Scan)}
      onDone={(told) => {
        desk.collect(told);
        announce(say({ zh: '证明已归档，业务照常办理', en: 'The proof is filed; business goes on' }));
        onClose();
      }}
      onClose={onClose}
      fallback={`line-${nameOf(material)}`}
    >
      <ScanField first label={say({ zh: '扫描件', en: 'Scan' })} mostMiB={2} onPick={(picked) => setScan(picked?.kind === 'scan' ? picked.scan : null)} />
      <p className="hint">
        {say({ zh: '仅在当事人主动提供时收下，不得要求其提供（第18条）。', en: 'Only what is offered: it is never demanded (Art. 18).' })}
      </p>
    </Dialog>
  );
}
