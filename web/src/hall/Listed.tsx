import { headed } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import type { Matter } from './matter';
import { Sign } from './Signs';

interface Props {
  readonly matter: Matter;
  readonly situations: readonly string[];
  readonly isOneOfSeveral: boolean;
}

/** A matter's materials before anything is read: which may not be asked for is known from the catalogue (Art. 16 ¶2). */
export function Listed({ matter, situations, isOneOfSeveral }: Props) {
  const { say } = useLanguage();
  const listed = matter.materials.filter(
    (one) => one.situations.length === 0 || one.situations.some((code) => situations.includes(code)),
  );
  return (
    <section className="listed" aria-labelledby={`listed-${matter.code}`}>
      <h3 id={`listed-${matter.code}`}>
        {isOneOfSeveral
          ? say({ zh: `${matter.code} ${matter.title}的材料（${listed.length}项）`, en: `${matter.code} ${headed(matter.titleEn)}: materials (${listed.length})` })
          : say({ zh: `本事项的材料（${listed.length}项）`, en: `Materials of this matter (${listed.length})` })}
      </h3>
      <ul>
        {listed.map((one) => {
          const mark = markOf(one.barred || one.notToBeAsked, one.replacedByText !== null);
          return (
            <li key={one.code} className={mark.tone}>
              <Sign sign={mark.sign} />
              <div>
                <p>
                  <strong>{say({ zh: one.title, en: headed(one.titleEn) })}</strong> <span className="verdict">{say(mark.words)}</span>
                </p>
                {one.replacedByText !== null && (
                  <p className="hint">{say({ zh: `由${one.replacedByText}替代`, en: `replaced by ${one.replacedByTextEn ?? one.replacedByText}` })}</p>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function markOf(isBarred: boolean, isReplaced: boolean) {
  if (isBarred) return { tone: 'green', sign: 'done', words: { zh: '不得要求提交', en: 'not to be asked for' } } as const;
  if (isReplaced) return { tone: 'amber', sign: 'apply', words: { zh: '核验后定', en: 'the check decides' } } as const;
  return { tone: 'grey', sign: 'submit', words: { zh: '当事人提交', en: 'to be submitted' } } as const;
}
