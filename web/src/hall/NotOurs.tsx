import { Alert } from 'antd';
import { inWords } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import type { Material } from './check';
import { departmentTitle, type Desk } from './useDesk';

/** A counter that acts for another department handles its matter; the right to the data that department asks for itself. */
export function NotOurs({ desk, material }: { readonly desk: Desk; readonly material: Material }) {
  const { language, say } = useLanguage();
  const duty = departmentTitle(desk, desk.draft.actingFor) ?? desk.draft.actingFor;
  const { document, items } = material.application ?? { document: '', items: [] };
  const titles = new Map(material.contents.map((one) => [one.item, one]));
  /** A code that no content carries stands for itself. */
  function nameOf(code: string): string {
    const held = titles.get(code);
    if (held === undefined) return '';
    return language === 'zh' ? held.title : inWords(held.coordinate.split('.').at(-1) ?? held.title);
  }
  return (
    <>
      <Alert
        type="warning"
        showIcon
        title={say({ zh: `须由${duty}以自己的名义申请`, en: `${duty} applies in its own name` })}
        description={say({
          zh: '受托窗口代办事项，不能代为申请共享（第17条第2款）。请把下列信息项转告该部门，由其用本部门的客户端申请；材料同样不得要求当事人提交。',
          en: 'An entrusted counter handles the matter; it cannot apply for the other department (Art. 17 ¶2). Pass the items below on to it, to apply with a client of its own. The material is not to be asked for either.',
        })}
      />
      <p className="item-name">{say({ zh: '尚缺的信息项', en: 'Items that are lacking' })}</p>
      <ul className="codes">
        {items.map((one) => (
          <li key={one}>
            {nameOf(one)} <code>{one}</code>
          </li>
        ))}
      </ul>
      <details>
        <summary>{say({ zh: '申请所依据的查询', en: 'The query to draft the application from' })}</summary>
        <pre className="document" tabIndex={0} aria-label={say({ zh: '查询', en: 'Query' })}>{document}</pre>
      </details>
    </>
  );
}
