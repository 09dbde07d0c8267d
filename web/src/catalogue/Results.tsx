import { inWords } from '../shared/in_words';
import { useLanguage } from '../shell/language';
import type { Asked } from './ask';
import type { Count, Hit, Page } from './entries';
import { Dot } from './Mark';
import { Name } from './Name';
import { Trouble } from './Trouble';
import { hashOf, isNarrowed, type View } from './view';

/** Of one resource's hits, so many stand in the list; its own table has them all. */
const MOST_SHOWN = 6;

const TITLE = 'results-title';

/** Whether the list stands on the page: on a tablet a resource takes its place. */
export function isListShown(): boolean {
  return document.getElementById(TITLE)?.offsetParent !== null;
}

interface Props {
  readonly asked: Asked<Page>;
  readonly former: Page | null;
  readonly view: View;
  readonly onRetry: () => void;
  readonly onMore: () => void;
  readonly isLoadingMore: boolean;
  readonly onClear: () => void;
}

/** What was found, resource by resource; the best first. */
export function Results({ asked, former, view, onRetry, onMore, isLoadingMore, onClear }: Props) {
  const { say } = useLanguage();
  const page = asked.kind === 'read' ? asked.value : former;
  const isWaiting = asked.kind === 'waiting';
  return (
    <section className="results" aria-labelledby={TITLE} aria-busy={isWaiting}>
      <h2 id={TITLE}>{isNarrowed(view) ? say({ zh: '检索结果', en: 'Results' }) : say({ zh: '信息资源', en: 'Resources' })}</h2>
      <p className="status" role="status">
        {isWaiting && page === null && <span className="turning" aria-hidden="true" />}
        {statusOf(asked, page, say)}
      </p>
      {(asked.kind === 'failed' || asked.kind === 'refused') && <Trouble asked={asked} onRetry={onRetry} />}
      {asked.kind === 'read' && page !== null && page.near && page.total > 0 && (
        <p className="notice care">
          {say({
            zh: '目录里没有完全一致的词，下面是最相近的信息项。',
            en: 'No entry holds these very words; the nearest are shown.',
          })}
        </p>
      )}
      {asked.kind === 'read' && asked.value.total === 0 && <Nothing onClear={onClear} />}
      {page === null ? isWaiting && <Skeleton /> : <Groups page={page} view={view} isFormer={asked.kind !== 'read'} />}
      {asked.kind === 'read' && asked.value.hasNextPage && isNarrowed(view) && (
        <button type="button" className="button" onClick={onMore} disabled={isLoadingMore}>
          {isLoadingMore
            ? say({ zh: '正在读取…', en: 'Reading…' })
            : say({
                zh: `再显示一些（已列出 ${asked.value.entries.length} / ${asked.value.total}）`,
                en: `Show more (${asked.value.entries.length} of ${asked.value.total} listed)`,
              })}
        </button>
      )}
    </section>
  );
}

function statusOf(asked: Asked<Page>, page: Page | null, say: ReturnType<typeof useLanguage>['say']): string {
  if (asked.kind === 'waiting') return page === null ? say({ zh: '正在读取目录…', en: 'Reading the catalogue…' }) : say({ zh: '正在查找…', en: 'Searching…' });
  if (asked.kind !== 'read') return '';
  const { total, facets } = asked.value;
  if (total === 0) return say({ zh: '没有找到', en: 'Nothing found' });
  const resources = facets.resources.filter((one) => one.entries > 0).length;
  return say({ zh: `${resources} 个资源，${total} 个信息项`, en: `${resources} resources, ${total} items` });
}

function Nothing({ onClear }: { readonly onClear: () => void }) {
  const { say } = useLanguage();
  return (
    <div className="nothing">
      <p>{say({ zh: '没有找到符合的信息项。可以：', en: 'No item fits. You may:' })}</p>
      <ul>
        <li>{say({ zh: '换一个说法，或只写关键的两三个字；', en: 'use other words, or fewer;' })}</li>
        <li>{say({ zh: '用英文字段名或信息项代码检索；', en: "search by a field's name or an item's code;" })}</li>
        <li>
          {say({
            zh: '仍没有的，说明尚未编入目录，不能通过平台共享（第7条）：请与牵头部门联系编目。',
            en: 'if it is still missing, it is not catalogued and cannot be shared here (Art. 7): ask the lead department to catalogue it.',
          })}
        </li>
      </ul>
      <button type="button" className="button" onClick={onClear}>{say({ zh: '清除检索和筛选', en: 'Clear search and filters' })}</button>
    </div>
  );
}

function Skeleton() {
  return (
    <div className="skeleton" aria-hidden="true">
      {[1, 2, 3, 4, 5].map((place) => (
        <i key={place} />
      ))}
    </div>
  );
}

interface Group {
  readonly resource: Count;
  readonly hits: readonly Hit[];
}

/** Resources in the order of their best hit; those whose hits stand on later pages after them. */
function groupsOf({ entries, facets }: Page): readonly Group[] {
  const hits = new Map<string, Hit[]>();
  for (const hit of entries) hits.set(hit.resource.name, [...(hits.get(hit.resource.name) ?? []), hit]);
  const found = facets.resources.filter((one) => one.entries > 0);
  const order = new Map([...hits.keys()].map((name, place) => [name, place]));
  return found
    .map((resource) => ({ resource, hits: hits.get(resource.value) ?? [] }))
    .sort((one, other) => (order.get(one.resource.value) ?? order.size) - (order.get(other.resource.value) ?? order.size));
}

function Groups({ page, view, isFormer }: { readonly page: Page; readonly view: View; readonly isFormer: boolean }) {
  const { language, say } = useLanguage();
  const narrowed = isNarrowed(view);
  return (
    <ol className="groups" data-former={isFormer || undefined}>
      {groupsOf(page).map(({ resource, hits }) => {
        const here = view.resource === resource.value;
        return (
          <li key={resource.value} data-here={here || undefined}>
            <h3>
              <a href={hashOf({ ...view, resource: resource.value, item: '' })} aria-current={here && view.item === '' ? 'true' : undefined}>
                {language === 'zh' ? resource.title : inWords(resource.value)}
              </a>
              <span className="quiet">{say({ zh: `${resource.entries} 项`, en: `${resource.entries} items` })}</span>
            </h3>
            {narrowed && hits.length > 0 && (
              <ul>
                {hits.slice(0, MOST_SHOWN).map((hit) => (
                  <li key={hit.coordinate}>
                    <Dot type={hit.sharingType} />
                    <a
                      href={hashOf({ ...view, resource: resource.value, item: hit.name })}
                      aria-current={here && view.item === hit.name ? 'true' : undefined}
                    >
                      <Name of={hit} />
                    </a>
                    <code>{hit.name}</code>
                  </li>
                ))}
                {resource.entries > Math.min(hits.length, MOST_SHOWN) && (
                  <li className="rest">
                    <a href={hashOf({ ...view, resource: resource.value, item: '' })}>
                      {say({
                        zh: `另有 ${resource.entries - Math.min(hits.length, MOST_SHOWN)} 项`,
                        en: `${resource.entries - Math.min(hits.length, MOST_SHOWN)} more`,
                      })}
                    </a>
                  </li>
                )}
              </ul>
            )}
          </li>
        );
      })}
    </ol>
  );
}
