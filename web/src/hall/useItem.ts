import { headed, inWords } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import type { Item, Material } from './check';
import { roleOf } from './draft';
import type { Desk } from './useDesk';
import { readable } from './value';

export interface ItemWords {
  readonly name: string;
  /** null: there is none. */
  readonly value: string | null;
  /** In which role whose it is; numbered where several stand in it. */
  readonly role: string;
}

/** How an item of a material reads in the chosen language; its roles are called as its matter calls them. */
export function useItem(desk: Desk, material: Material): (item: Item) => ItemWords {
  const { language, say } = useLanguage();
  return (item) => {
    const of = desk.chosen.find((one) => one.code === material.matter);
    const role = of === undefined ? undefined : roleOf(of, item.role);
    const title = role === undefined ? item.role : language === 'zh' ? role.title : headed(role.titleEn);
    const several = desk.draft.entries.filter((one) => one.role === item.role).length > 1;
    return {
      name: language === 'zh' ? item.title : inWords(item.coordinate.split('.').at(-1) ?? item.title),
      value: readable(item, say({ zh: '是', en: 'yes' }), say({ zh: '否', en: 'no' })),
      role: several ? `${title} ${item.subject + 1}` : title,
    };
  };
}
