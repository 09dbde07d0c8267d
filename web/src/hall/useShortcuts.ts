import { useEffect, useRef } from 'react';
import type { Words } from '../shell/language';
import type { Desk } from './useDesk';

/** What the page's keys do; the help lists them. */
export const KEYS: readonly { readonly keys: readonly string[]; readonly does: Words }[] = [
  { keys: ['Alt M'], does: { zh: '选择事项', en: 'choose the matter' } },
  { keys: ['Alt J'], does: { zh: '加选一并办理的事项', en: 'choose further matters' } },
  { keys: ['Alt S'], does: { zh: '到第一个待填的当事人', en: 'to the first subject to be entered' } },
  { keys: ['Enter'], does: { zh: '在代码栏：校验并到下一栏（扫描枪自动发送）', en: 'in a code field: check it and go on (a scanner sends it)' } },
  { keys: ['Alt K'], does: { zh: '办件编号；回车调取', en: 'case number; Enter resumes it' } },
  { keys: ['Ctrl Enter'], does: { zh: '核验材料；再按一次重新核验', en: 'check the materials; again to check anew' } },
  { keys: ['Alt R'], does: { zh: '到核验结果', en: 'to the results' } },
  { keys: ['↑', '↓', 'Home', 'End'], does: { zh: '在材料之间移动', en: 'from material to material' } },
  { keys: ['Enter', 'Space'], does: { zh: '展开或收起一项材料', en: 'open or close a material' } },
  { keys: ['Alt A'], does: { zh: '展开或收起全部材料', en: 'open or close all materials' } },
  { keys: ['Alt P'], does: { zh: '打印', en: 'print' } },
  { keys: ['Alt N'], does: { zh: '下一位：清空当事人和结果', en: 'next person: clear subjects and results' } },
  { keys: ['Alt H'], does: { zh: '本说明', en: 'this help' } },
  { keys: ['Esc'], does: { zh: '关闭对话框', en: 'close a dialog' } },
];

/** Moves the focus there, and the page with it. */
export function focusOn(id: string): void {
  const element = document.getElementById(id);
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: id === 'results-title' ? 'start' : 'nearest' });
}

/** The first code field that is still empty, else the first. */
export function focusOnSubject(): void {
  const fields = [...document.querySelectorAll<HTMLInputElement>('.subject-field .code input')];
  const field = fields.find((one) => one.value === '') ?? fields[0];
  if (field !== undefined) focusOn(field.id);
}

/** The page's keys. Letters come with Alt alone, so that they are in nobody's way while typing; none works behind a dialog. */
export function useShortcuts(desk: Desk, onHelp: () => void): void {
  const now = useRef({ desk, onHelp });
  now.current = { desk, onHelp };
  useEffect(() => {
    function hear(event: KeyboardEvent) {
      if (event.isComposing || document.querySelector('[role=dialog]') !== null) return;
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        document.getElementById('run')?.click();
        return;
      }
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const acts: Record<string, () => void> = {
        KeyM: () => focusOn('matter'),
        KeyJ: () => focusOn('further'),
        KeyS: focusOnSubject,
        KeyK: () => focusOn('case'),
        KeyR: () => focusOn(document.querySelector('.line-head')?.id ?? 'results-title'),
        KeyA: () => document.getElementById('all-lines')?.click(),
        KeyP: () => document.getElementById('print')?.click(),
        KeyN: () => {
          now.current.desk.next();
          requestAnimationFrame(focusOnSubject);
        },
        KeyH: now.current.onHelp,
      };
      const act = acts[event.code];
      if (act === undefined) return;
      event.preventDefault();
      act();
    }
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}
