import { useLanguage } from '../shell/language';
import type { Material } from './check';
import type { Desk } from './useDesk';
import { useItem } from './useItem';

const SHOWN = 4;
/** Longer values without a blank are keys of registers: nobody reads them at a glance. */
const LONGEST_KEY = 32;
const isKey = (value: string) => value.length > LONGEST_KEY && /^[\x21-\x7e]+$/.test(value);

/** The first contents of a closed line, by whose they are, so that most lines need not be opened. */
export function Glance({ desk, material }: { readonly desk: Desk; readonly material: Material }) {
  const { say } = useLanguage();
  const words = useItem(desk, material);
  const told = material.contents.map((one) => ({ item: one, ...words(one) })).filter((one) => one.value !== null);
  const roles = [...new Set(told.map((one) => one.role))];
  const groups = roles.map((role) => [role, told.filter((one) => one.role === role)] as const);
  if (groups.length === 0) return null;
  return (
    <ul className="glance">
      {groups.map(([role, items]) => (
        <li key={role}>
          <span className="of">{role}</span>
          {items.filter((one) => !isKey(one.value ?? '')).slice(0, SHOWN).map(({ item, name, value }) => (
            <span key={`${item.path} ${item.coordinate}`}>
              <span className="quiet">{name}</span> <span lang="zh-CN">{value}</span>
            </span>
          ))}
          {items.length > SHOWN && <span className="quiet">{say({ zh: `等${items.length}项`, en: `${items.length} in all` })}</span>}
        </li>
      ))}
    </ul>
  );
}
