import { Select } from 'antd';
import { headed } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import { MOST_MATTERS } from './matter';
import type { Desk } from './useDesk';

/** 一件事: further matters that the same person comes for. Who stands in a role of several is entered once. */
export function FurtherMatters({ desk }: { readonly desk: Desk }) {
  const { say } = useLanguage();
  const { draft, joinable } = desk;
  if (joinable.length === 0) return null;
  return (
    <div className="item">
      <label htmlFor="further">
        {say({ zh: '一并办理', en: 'Along with it' })}
        <span className="hint">{say({ zh: '一件事多个事项，当事人只录一次', en: 'several matters, subjects entered once' })}</span>
      </label>
      <Select
        id="further"
        className="whole further"
        mode="multiple"
        showSearch={{ optionFilterProp: 'search', autoClearSearchValue: true }}
        value={[...draft.further]}
        maxCount={MOST_MATTERS - 1}
        placeholder={say({ zh: '可不选', en: 'optional' })}
        notFoundContent={say({ zh: '没有这样的事项', en: 'No such matter' })}
        options={joinable.map((one) => ({
          value: one.code,
          label: `${one.code} ${say({ zh: one.title, en: headed(one.titleEn) })}`,
          search: `${one.code} ${one.title} ${one.titleEn}`,
        }))}
        onChange={(codes: string[]) => desk.chooseFurther(codes)}
      />
    </div>
  );
}
