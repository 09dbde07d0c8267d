import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useLanguage, type Words } from '../shell/language';
import { IDLE, type Asked } from './ask';
import { materialsOf, nameOf, type Check } from './check';
import type { Given, Paper } from './questions';
import { Trouble } from './Trouble';
import type { Desk } from './useDesk';

interface Props {
  readonly desk: Desk;
  readonly checks: readonly Check[];
}

/** 打印: the papers of the case file, drawn by the gateway from the signed answer. */
export function PrintMenu({ desk, checks }: Props) {
  const { say } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const [asked, setAsked] = useState<Asked<string>>(IDLE);
  const materials = materialsOf(checks);
  const given = givenOf(desk, new Set(materials.map(nameOf)));
  const lacking = materials.filter(
    (one) => (one.verdict === 'ASK' || one.verdict === 'ASK_WITH_REASON') && !given.some((each) => each.matter === one.matter && each.material === one.code),
  );
  const obtained = materials.filter((one) => one.verdict === 'NOT_TO_BE_ASKED');

  const papers: readonly { readonly kind: Paper; readonly name: Words; readonly holds: Words }[] = [
    {
      kind: 'evidence',
      name: { zh: '共享取证单', en: 'Evidence sheet' },
      holds: { zh: `取得的内容与签名回执：${obtained.length}项材料`, en: `what was obtained, with the signed receipt: ${obtained.length} materials` },
    },
    {
      kind: 'notice',
      name: { zh: '一次性告知书', en: 'Notice of all that is lacking' },
      holds: { zh: `一次告知全部需补正的材料：${lacking.length}项`, en: `everything that is lacking, once: ${lacking.length} materials` },
    },
    {
      kind: 'intake',
      name: { zh: '收件凭证', en: 'Receipt of what was received' },
      holds: { zh: `已记录收取的材料：${given.length}项`, en: `what was received: ${given.length} materials` },
    },
  ];

  async function print(kind: Paper) {
    // The window is opened while the click still counts as the person's own.
    const sheet = window.open('', '_blank');
    setAsked({ kind: 'waiting' });
    const told = await desk.questions.paper(kind, desk.answer, kind === 'evidence' ? [] : given);
    setAsked(told);
    if (told.kind !== 'read' || sheet === null) {
      sheet?.close();
      return;
    }
    const address = URL.createObjectURL(new Blob([told.value], { type: 'text/html' }));
    sheet.addEventListener('load', () => sheet.print(), { once: true });
    sheet.location.replace(address);
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    setOpen(false);
  }

  return (
    <>
      <Button id="print" aria-keyshortcuts="Alt+P" onClick={() => setOpen(true)}>
        {say({ zh: '打印', en: 'Print' })} <kbd>Alt P</kbd>
      </Button>
      <Modal open={isOpen} footer={null} title={say({ zh: '打印', en: 'Print' })} onCancel={() => setOpen(false)} destroyOnHidden>
        <ul className="papers">
          {papers.map(({ kind, name, holds }, at) => (
            <li key={kind}>
              <div>
                <strong>{say(name)}</strong>
                <p className="hint">{say(holds)}</p>
              </div>
              <Button
                autoFocus={at === 0}
                disabled={asked.kind === 'waiting' || desk.stale}
                aria-label={say({ zh: `打印${name.zh}`, en: `Print: ${name.en}` })}
                onClick={() => void print(kind)}
              >
                {say({ zh: '打印', en: 'Print' })}
              </Button>
            </li>
          ))}
        </ul>
        {desk.stale && <p className="missing">{say({ zh: '录入内容已改动，请先重新核验。', en: 'The entries have changed: check again first.' })}</p>}
        <Trouble asked={asked} />
      </Modal>
    </>
  );
}

/** What was received in this case, each material once. */
function givenOf(desk: Desk, known: ReadonlySet<string>): readonly Given[] {
  const received = new Map<string, Given>();
  for (const { matter, material, kind } of desk.collected) {
    const name = nameOf({ matter, code: material });
    if (!known.has(name)) continue;
    const form = kind === 'OFFERED' ? '扫描件' : '原件';
    received.set(name, { matter, material, copies: (received.get(name)?.copies ?? 0) + 1, form });
  }
  return [...received.values()];
}
