import { headed, inWords } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import type { Item } from './check';
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

/** How an item reads in the chosen language. */
export function useItem(desk: Desk): (item: Item) => ItemWords {
  const { language, say } = useLanguage();
  return (item) => {
    const role = desk.matter === null ? undefined : roleOf(desk.matter, item.role);
    const title = role === undefined ? item.role : language === 'zh' ? role.title : headed(role.titleEn);
    const several = desk.draft.entries.filter((one) => one.role === item.role).length > 1;
    return {
      name: language === 'zh' ? item.title : inWords(item.coordinate.split('.').at(-1) ?? item.title),
      value: readable(item, say({ zh: '是', en: 'yes' }), say({ zh: '否', en: 'no' })),
      role: several ? `${title} ${item.subject + 1}` : title,
    };
  };
}
