import { inWords } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import type { Count, SharingType } from './entries';
import { Mark } from './Mark';
import { hashOf, isNarrowed, type View } from './view';
import { TYPES } from './words';

interface Props {
  readonly view: View;
  readonly registers: readonly Count[];
}

/** What stands beside the list while no resource is chosen: what the catalogue is, and what its marks mean. */
export function Legend({ view, registers }: Props) {
  const { say } = useLanguage();
  return (
    <section className="detail legend" aria-labelledby="legend-title">
      <h2 id="legend-title">{say({ zh: '怎样使用目录', en: 'How to use the catalogue' })}</h2>
      <p>
        {say({
          zh: '目录是共享的依据：只有编入目录并发布的信息项才能通过平台共享（第7条）。在列表中选一个信息资源，查看它的全部信息项、共享条件和提供部门。',
          en: 'The catalogue is the basis of sharing: only items published in it can be shared through the platform (Art. 7). Choose a resource in the list to see its items, their conditions and providers.',
        })}
      </p>
      <dl>
        {(Object.keys(TYPES) as SharingType[]).map((type) => (
          <div key={type}>
            <dt><Mark type={type} /></dt>
            <dd>{say(TYPES[type].means)}</dd>
          </div>
        ))}
      </dl>
      {!isNarrowed(view) && <Registers view={view} registers={registers} />}
    </section>
  );
}

function Registers({ view, registers }: Props) {
  const { language, say } = useLanguage();
  if (registers.length === 0) return null;
  return (
    <>
      <h3>{say({ zh: '从登记库开始', en: 'Begin with a register' })}</h3>
      <ul className="registers">
        {registers.map((one) => (
          <li key={one.value}>
            <a href={hashOf({ ...view, register: one.value })}>
              <span>{language === 'zh' ? one.title : inWords(one.titleEn)}</span>
              <span className="quiet">{say({ zh: `${one.entries} 项`, en: `${one.entries} items` })}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
