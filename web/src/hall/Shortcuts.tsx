import { Modal } from 'antd';
import { useLanguage } from '../shell/language';
import { KEYS } from './useShortcuts';

/** The keys that the page knows. */
export function Shortcuts({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { say } = useLanguage();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={say({ zh: '快捷键', en: 'Keyboard shortcuts' })} destroyOnHidden>
      <dl className="keys">
        {KEYS.map(({ keys, does }) => (
          <div key={does.en}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{say(does)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
