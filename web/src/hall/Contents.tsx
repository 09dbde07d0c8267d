import { Button } from 'antd';
import { useState } from 'react';
import { useLanguage } from '../shell/language';
import type { Item, Material } from './check';
import { DoubtDialog } from './DoubtDialog';
import type { Desk } from './useDesk';
import { useItem } from './useItem';
import { clock, outcomeWords, whyNone } from './words';

interface Props {
  readonly desk: Desk;
  readonly material: Material;
}

/** What was found for a material: item, content, source, when; with a way to say that it is wrong. */
export function Contents({ desk, material }: Props) {
  const { say } = useLanguage();
  const words = useItem(desk, material);
  const [doubting, setDoubting] = useState<Item | null>(null);
  const receipt = (
    <p className="of-receipt">
      {say({ zh: '回执', en: 'Receipt' })} <code className="receipt">{material.receipt}</code>
    </p>
  );
  if (material.contents.length === 0) {
    return (
      <>
        <p className="quiet">{say({ zh: '没有可显示的内容。', en: 'There are no contents to be shown.' })}</p>
        {receipt}
      </>
    );
  }
  return (
    <>
      <table className="contents">
        <caption className="unseen">{say({ zh: `${material.title}：取得的内容`, en: `${material.titleEn}: contents` })}</caption>
        <thead>
          <tr>
            <th scope="col">{say({ zh: '信息项', en: 'Item' })}</th>
            <th scope="col">{say({ zh: '内容', en: 'Content' })}</th>
            <th scope="col">{say({ zh: '当事人', en: 'Subject' })}</th>
            <th scope="col">{say({ zh: '来源', en: 'Source' })}</th>
            <th scope="col">{say({ zh: '查询时间', en: 'As of' })}</th>
            <th scope="col">{say({ zh: '疑义', en: 'Doubt' })}</th>
          </tr>
        </thead>
        <tbody>
          {material.contents.map((item) => {
            const { name, value, role } = words(item);
            const none = whyNone(item);
            return (
              <tr key={`${item.path} ${item.coordinate}`} data-path={item.path} data-outcome={item.outcome}>
                <th scope="row">{name}</th>
                <td>
                  {value !== null && <span className="value" lang="zh-CN">{value}</span>}
                  {value === null && none !== null && <span className="quiet">{say(none)}</span>}
                  <Marks item={item} />
                </td>
                <td>{role}</td>
                <td lang="zh-CN">{item.providerTitle ?? item.provider}</td>
                <td>{item.asOf !== null && <time dateTime={item.asOf}>{clock(item.asOf)}</time>}</td>
                <td>
                  {desk.doubts.has(item.path) ? (
                    <span className="quiet">{say({ zh: '已提出', en: 'reported' })}</span>
                  ) : (
                    <Button
                      type="link"
                      size="small"
                      className="doubt"
                      aria-label={say({ zh: `对${role}的${name}提出疑义`, en: `Report a doubt about ${name} of ${role}` })}
                      onClick={() => setDoubting(item)}
                    >
                      {say({ zh: '提出疑义', en: 'Doubt' })}
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {receipt}
      {doubting !== null && <DoubtDialog desk={desk} material={material} item={doubting} onClose={() => setDoubting(null)} />}
    </>
  );
}

/** What is to be known about a content beside its value. */
function Marks({ item }: { readonly item: Item }) {
  const { say } = useLanguage();
  return (
    <>
      {item.outcome !== 'SHARED' && (
        <span className={`outcome ${item.outcome === 'UNDER_VERIFICATION' ? 'care' : ''}`}>
          {say(outcomeWords(item.outcome))}
          {item.since !== null && say({ zh: `（自 ${clock(item.since)}）`, en: ` since ${clock(item.since)}` })}
        </span>
      )}
      {item.changed === true && <span className="outcome new">{say({ zh: '有变化', en: 'changed' })}</span>}
    </>
  );
}
