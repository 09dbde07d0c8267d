import { useId } from 'react';
import { inWords } from '../shared/in_words';
import { useLanguage, type Words } from '../shell/language';
import type { Count, Facets as Counted, SharingType } from './entries';
import { isNarrowed, type View } from './view';
import { Dot } from './Mark';

interface Props {
  readonly facets: Counted | null;
  readonly view: View;
  readonly onChoose: (change: Partial<View>) => void;
}

/** Filters, each value with how many entries it would leave. */
export function Facets({ facets, view, onChoose }: Props) {
  const { say } = useLanguage();
  return (
    <form className="facets" aria-label={say({ zh: '筛选', en: 'Filters' })} onSubmit={(event) => event.preventDefault()}>
      <Facet
        words={{ zh: '共享类型', en: 'Sharing type' }}
        counts={facets?.sharingTypes}
        chosen={view.type}
        onChoose={(type) => onChoose({ type })}
        isType
      />
      <Facet
        words={{ zh: '登记库', en: 'Register' }}
        counts={facets?.registers}
        chosen={view.register}
        onChoose={(register) => onChoose({ register })}
      />
      <Facet words={{ zh: '信息项类别', en: 'Kind' }} counts={facets?.kinds} chosen={view.kind} onChoose={(kind) => onChoose({ kind })} />
      <Facet
        words={{ zh: '提供部门', en: 'Provider' }}
        counts={facets?.providers}
        chosen={view.provider}
        onChoose={(provider) => onChoose({ provider })}
      />
      {isNarrowed(view) && (
        <button
          type="button"
          className="button"
          onClick={() => onChoose({ words: '', register: '', theme: '', provider: '', type: '', kind: '' })}
        >
          {say({ zh: '清除检索和筛选', en: 'Clear search and filters' })}
        </button>
      )}
    </form>
  );
}

interface FacetProps {
  readonly words: Words;
  readonly counts: readonly Count[] | undefined;
  readonly chosen: string;
  readonly onChoose: (value: string) => void;
  readonly isType?: boolean;
}

function Facet({ words, counts, chosen, onChoose, isType = false }: FacetProps) {
  const { language, say } = useLanguage();
  const name = useId();
  const shown = (counts ?? []).filter((one) => one.entries > 0 || one.value === chosen);
  // A value from the address that the catalogue does not have is shown as it stands, so that it can be left again.
  const isStray = chosen !== '' && counts !== undefined && !shown.some((one) => one.value === chosen);
  return (
    <fieldset>
      <legend>{say(words)}</legend>
      <label className="choice">
        <input type="radio" name={name} checked={chosen === ''} onChange={() => onChoose('')} />
        <span>{say({ zh: '全部', en: 'All' })}</span>
      </label>
      {isStray && (
        <label className="choice">
          <input type="radio" name={name} checked readOnly />
          <span>{chosen}</span>
          <b>0</b>
        </label>
      )}
      {shown.map((one) => (
        <label className="choice" key={one.value}>
          <input type="radio" name={name} checked={chosen === one.value} onChange={() => onChoose(one.value)} />
          <span>
            {isType && <Dot type={one.value as SharingType} />}
            {language === 'zh' ? one.title : inWords(one.titleEn)}
          </span>
          <b>{one.entries}</b>
        </label>
      ))}
    </fieldset>
  );
}
