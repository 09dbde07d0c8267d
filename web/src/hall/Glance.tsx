import { useLanguage } from '../shell/language';
import type { Material } from './check';
import type { Desk } from './useDesk';
import { useItem } from './useItem';

const SHOWN = 5;

/** The first contents of a closed line, so that most need not be opened. */
export function Glance({ desk, material }: { readonly desk: Desk; readonly material: Material }) {
  const { say } = useLanguage();
  const words = useItem(desk);
  const told = material.contents.map((one) => ({ item: one, ...words(one) })).filter((one) => one.value !== null);
  if (told.length === 0) return null;
  return (
    <p className="glance">
      {told.slice(0, SHOWN).map(({ item, name, value }) => (
        <span key={`${item.path} ${item.coordinate}`}>
          <span className="quiet">{name}</span> {value}
        </span>
      ))}
      {told.length > SHOWN && <span className="quiet">{say({ zh: `等${told.length}项`, en: `${told.length} in all` })}</span>}
    </p>
  );
}
