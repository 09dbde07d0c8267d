import { Button, Modal } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { useLanguage } from '../shell/language';
import { IDLE, type Answer, type Asked } from './ask';
import { Trouble } from './Trouble';

interface Props<T> {
  readonly title: string;
  readonly okText: string;
  readonly danger?: boolean;
  readonly width?: number;
  /** Whether there is nothing to be sent: the dialog is only closed. */
  readonly isOver?: boolean;
  /** A further way out, beside closing. */
  readonly beside?: ReactNode;
  /** What is lacking before it may be sent, in words; an empty text: nothing. */
  readonly lacking: string;
  /** The id of the field that is lacking. */
  readonly field?: string | undefined;
  readonly onSend: () => Promise<Answer<T>>;
  readonly onDone: (value: T) => void;
  readonly onClose: () => void;
  /** The id of what takes the focus where the dialog's button is gone afterwards. */
  readonly fallback: string;
  readonly children: ReactNode;
}

/** A step that is asked for in a dialog of its own: sent once, and what the gateway says against it stays in view. */
export function Dialog<T>(props: Props<T>) {
  const { title, okText, danger = false, width = 520, isOver = false, beside, lacking, field, onSend, onDone, onClose, fallback, children } =
    props;
  const { say } = useLanguage();
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

  // What had the focus may be gone once there is nothing more to be sent.
  useEffect(() => {
    if (isOver && !(document.activeElement instanceof HTMLElement && document.activeElement.closest('[role=dialog] .dialog'))) {
      document.getElementById('dialog-ok')?.focus();
    }
  }, [isOver]);

  async function send() {
    if (isOver) return onClose();
    setTold(true);
    if (lacking !== '') {
      if (field !== undefined) document.getElementById(field)?.focus();
      return;
    }
    setAsked({ kind: 'waiting' });
    const told = await onSend();
    setAsked(told);
    if (told.kind === 'read') onDone(told.value);
  }

  return (
    <Modal
      open
      title={title}
      width={width}
      onCancel={onClose}
      footer={
        <>
          <div role="alert" className="dialog-told">
            {isTold && lacking !== '' && <p className="missing">{lacking}</p>}
            <Trouble asked={asked} />
          </div>
          <div className="dialog-foot">
            {beside}
            <span className="grow" />
            {!isOver && <Button onClick={onClose}>{say({ zh: '取消', en: 'Cancel' })}</Button>}
            <Button id="dialog-ok" type="primary" danger={danger} loading={asked.kind === 'waiting'} onClick={() => void send()}>
              {okText}
            </Button>
          </div>
        </>
      }
      mask={{ closable: false }}
    >
      <form
        className="dialog"
        tabIndex={isOver ? 0 : undefined}
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
      </form>
    </Modal>
  );
}
