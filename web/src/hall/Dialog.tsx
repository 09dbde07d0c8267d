import { Modal } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { IDLE, type Answer, type Asked } from './ask';
import { Trouble } from './Trouble';

interface Props<T> {
  readonly title: string;
  readonly okText: string;
  readonly danger?: boolean;
  /** What is lacking before it may be sent, in words; an empty text: nothing. */
  readonly lacking: string;
  readonly onSend: () => Promise<Answer<T>>;
  readonly onDone: (value: T) => void;
  readonly onClose: () => void;
  /** The id of what takes the focus where the dialog's button is gone afterwards. */
  readonly fallback: string;
  readonly children: ReactNode;
}

/** A step that is asked for in a dialog of its own: sent once, and what the gateway says against it stays in view. */
export function Dialog<T>({ title, okText, danger = false, lacking, onSend, onDone, onClose, fallback, children }: Props<T>) {
  const [asked, setAsked] = useState<Asked<T>>(IDLE);
  const [isTold, setTold] = useState(false);
  const [trigger] = useState(() => document.activeElement);

  // Back to where the dialog was called from; where that is gone, to the material, or to the results.
  useEffect(
    () => () => {
      setTimeout(() => {
        if (trigger instanceof HTMLElement && trigger.isConnected) trigger.focus();
        else (document.getElementById(fallback) ?? document.getElementById('results-title'))?.focus();
      });
    },
    [trigger, fallback],
  );

  async function send() {
    setTold(true);
    if (lacking !== '') return;
    setAsked({ kind: 'waiting' });
    const told = await onSend();
    setAsked(told);
    if (told.kind === 'read') onDone(told.value);
  }

  return (
    <Modal
      open
      title={title}
      okText={okText}
      okButtonProps={{ danger, loading: asked.kind === 'waiting' }}
      onOk={() => void send()}
      onCancel={onClose}
      mask={{ closable: false }}
    >
      <form
        className="dialog"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void send();
          }
        }}
      >
        {children}
        <div role="alert">
          {isTold && lacking !== '' && <p className="missing">{lacking}</p>}
          <Trouble asked={asked} />
        </div>
      </form>
    </Modal>
  );
}
