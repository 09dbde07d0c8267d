import { useId, useRef, useState } from 'react';
import { useLanguage } from '../shell/language';
import { ACCEPTED, READING, readScan, type Picked } from './scan';

interface Props {
  readonly label: string;
  /** How much the gateway takes. */
  readonly mostMiB: number;
  /** Whether the dialog begins here. */
  readonly first?: boolean;
  /** What was picked; null where nothing is. */
  readonly onPick: (picked: Picked | null) => void;
}

/** A file of what was offered. */
export function ScanField({ label, mostMiB, first = false, onPick }: Props) {
  const { say } = useLanguage();
  const id = useId();
  const [picked, setPicked] = useState<Picked | null>(null);
  const [name, setName] = useState('');
  const latest = useRef<File | undefined>(undefined);

  function tell(told: Picked | null) {
    setPicked(told);
    onPick(told);
  }

  /** From a share a file comes slowly: until it is there nothing is sent without it, nor with the one before it. */
  async function pick(file: File | undefined) {
    latest.current = file;
    setName(file?.name ?? '');
    if (file === undefined) return tell(null);
    tell(READING);
    const told = await readScan(file, mostMiB);
    if (latest.current === file) tell(told);
  }

  return (
    <div className="item" role="group" aria-labelledby={`${id}-name`}>
      <p id={`${id}-name`} className="item-name">
        {label}{' '}
        <span className="hint">
          {say({ zh: `PDF、OFD、PNG、JPEG，不超过 ${mostMiB} MiB`, en: `PDF, OFD, PNG or JPEG, at most ${mostMiB} MiB` })}
        </span>
      </p>
      {/* The browser's own field speaks the browser's language: its label stands in its place. */}
      <div className="pick">
        <input
          id={id}
          className="unseen"
          type="file"
          autoFocus={first}
          accept={ACCEPTED}
          aria-describedby={`${id}-told`}
          onChange={(event) => void pick(event.target.files?.[0])}
        />
        <label htmlFor={id}>{say({ zh: '选择文件', en: 'Choose a file' })}</label>
        <span className="quiet">{name}</span>
      </div>
      <p id={`${id}-told`} className="told" aria-live="polite">{picked !== null && picked.kind !== 'scan' && say(picked.why)}</p>
    </div>
  );
}
