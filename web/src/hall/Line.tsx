import { Tag } from 'antd';
import { useId } from 'react';
import { articleWords } from '../shared/articles';
import { headed } from '../shared/in_words';
import { useLanguage, type Words } from '../shell/language';
import { nameOf, type Material } from './check';
import { Contents } from './Contents';
import { Glance } from './Glance';
import { LineActions } from './LineActions';
import { Sign } from './Signs';
import type { Desk } from './useDesk';
import { LENIENCES, remedyWords, verdictWords } from './words';

interface Props {
  readonly desk: Desk;
  readonly material: Material;
  readonly isOpen: boolean;
  readonly onTurn: () => void;
}

/** A material: the verdict in colour, sign and words, why, what was found, and what can be done. */
export function Line({ desk, material, isOpen, onTurn }: Props) {
  const { language, say } = useLanguage();
  const body = useId();
  const applied = desk.appliedFor(material);
  const words = verdictWords(applied === null ? material : { ...material, reason: 'PENDING' });
  const collected = desk.collected.filter((one) => one.matter === material.matter && one.material === material.code);
  const doubted = material.contents.some((one) => desk.doubts.has(one.path));
  return (
    <li className={`line ${words.tone}`} data-material={material.code} data-verdict={material.verdict}>
      <div className="line-top">
        <h4>
          <button type="button" id={`line-${nameOf(material)}`} className="line-head" aria-expanded={isOpen} aria-controls={body} onClick={onTurn}>
            <Sign sign={words.sign} />
            <span className="line-title">{say({ zh: material.title, en: headed(material.titleEn) })}</span>
            <span className="verdict">{say(words)}</span>
            <span className="fold" aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
          </button>
        </h4>
        <span className="line-tags">
          {material.changed === true && <Tag color="blue">{say({ zh: '较上次有变化', en: 'changed since' })}</Tag>}
          {doubted && <Tag>{say({ zh: '已提疑义', en: 'doubt reported' })}</Tag>}
          {collected.map((one) => (
            <Tag key={one.id}>
              {one.kind === 'OFFERED'
                ? say({ zh: '已收主动提供的证明', en: 'offered proof filed' })
                : one.kind === 'DUPLICATE'
                  ? say({ zh: '已记重复收取', en: 'duplicate collection recorded' })
                  : say({ zh: '已记录收取', en: 'collection recorded' })}
            </Tag>
          ))}
        </span>
        <LineActions desk={desk} material={material} />
      </div>
      <p className="why">
        {language === 'zh' ? material.reasonText : headed(material.reasonTextEn)}
        {material.article !== null && <span className="quiet">{say(cited(material.article))}</span>}
      </p>
      {applied === null ? <Facts material={material} /> : <Applied due={applied.due} />}
      {!isOpen && <Glance desk={desk} material={material} />}
      <div id={body} className="line-body" hidden={!isOpen}>
        {isOpen && <Contents desk={desk} material={material} />}
      </div>
    </li>
  );
}

/** An article as it stands behind a sentence. */
function cited(article: string): Words {
  const { zh, en } = articleWords(article);
  return { zh: `（${zh}）`, en: ` (${en})` };
}

/** It was applied for from this page: the next check tells the same of it. */
function Applied({ due }: { readonly due: string | null }) {
  const { say } = useLanguage();
  return (
    <ul className="line-facts">
      <li>{say({ zh: '已申请共享', en: 'Applied for' })}</li>
      <li>
        {due === null
          ? say({ zh: '不予共享的信息项须先协商', en: 'What is not shared is to be negotiated' })
          : say({ zh: `预计 ${due} 前答复`, en: `Answer expected by ${due}` })}
      </li>
    </ul>
  );
}

/** Who decides, what can be done, by when. */
function Facts({ material }: { readonly material: Material }) {
  const { say } = useLanguage();
  const { provider, providerTitle, remedy, expected, lenience, verdict, reason } = material;
  if (verdict === 'NOT_TO_BE_ASKED' || reason === 'CASE_REQUIRED' || (provider === null && remedy === null && expected === null && lenience === null)) return null;
  return (
    <ul className="line-facts">
      {provider !== null && <li>
          {say({ zh: '提供部门：', en: 'Provider: ' })}
          <span lang="zh-CN">{providerTitle ?? provider}</span>
        </li>}
      {remedy !== null && <li>{say({ zh: `办法：${remedyWords(remedy).zh}`, en: `Remedy: ${remedyWords(remedy).en}` })}</li>}
      {expected !== null && <li>{say({ zh: `预计 ${expected} 前答复`, en: `Answer expected by ${expected}` })}</li>}
      {lenience !== null && (
        <li className="lenience">
          {say(LENIENCES[lenience.kind] ?? { zh: lenience.kind, en: lenience.kind })}
          {say({ zh: `，事后于 ${lenience.checkBy} 前核查`, en: `, to be checked by ${lenience.checkBy}` })}
        </li>
      )}
    </ul>
  );
}
