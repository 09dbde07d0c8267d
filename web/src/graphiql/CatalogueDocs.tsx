import {
  Argument,
  DefaultValue,
  DeprecationReason,
  DOC_EXPLORER_PLUGIN,
  ExplorerSection,
  FieldDocumentation,
  FieldLink,
  SchemaDocumentation,
  Search,
  TypeDocumentation,
  TypeLink,
  useDocExplorer,
  useDocExplorerActions,
} from '@graphiql/plugin-doc-explorer';
import { ChevronLeftIcon, MarkdownContent, Spinner, useGraphiQL, type GraphiQLPlugin } from '@graphiql/react';
import { getNamedType, isNamedType, isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useLanguage } from '../shell/language';
import { RightCard, RightMark } from './RightMark';
import { coordinatesOf, type Right } from './rights';
import { useRights, useSession, type Rights } from './useRights';
import { MARKS } from './words';

/** GraphiQL's documentation, with a mark beside each field: whether the client that is signed in may read it. */
export const CATALOGUE_DOCS: GraphiQLPlugin = { ...DOC_EXPLORER_PLUGIN, content: CatalogueDocs };

const NONE: ReadonlyMap<string, Right> = new Map();

function CatalogueDocs() {
  const { say } = useLanguage();
  const stack = useDocExplorer();
  const { pop } = useDocExplorerActions();
  const rights = useRights();
  const top = stack.at(-1);
  const before = stack.at(-2);
  const place = useRef<HTMLElement>(null);
  const where = stack.map(({ name }) => name).join(' › ');
  useEffect(() => {
    // What a field says stands at its top; its type's page was scrolled to the field.
    place.current?.closest('.graphiql-plugin')?.scrollTo(0, 0);
  }, [where]);
  return (
    <section ref={place} className="graphiql-doc-explorer" aria-label="Documentation Explorer">
      <div className="graphiql-doc-explorer-header">
        <div className="graphiql-doc-explorer-header-content">
          {before !== undefined && (
            <a
              href="#"
              className="graphiql-doc-explorer-back"
              aria-label={say({ zh: `返回 ${before.name}`, en: `Go back to ${before.name}` })}
              onClick={(event) => {
                event.preventDefault();
                pop();
              }}
            >
              <ChevronLeftIcon />
              {before.name}
            </a>
          )}
          <div className="graphiql-doc-explorer-title">{top?.name}</div>
        </div>
        <Search key={top?.name} />
      </div>
      <Legend rights={rights} />
      <div className="graphiql-doc-explorer-content">
        <Content rights={rights.kind === 'read' ? rights.of : NONE} />
      </div>
    </section>
  );
}

/** What the marks mean and how many there are; and the choice to see only what can be read. */
function Legend({ rights }: { readonly rights: Rights }) {
  const { say } = useLanguage();
  const session = useSession();
  const { mine } = useSyncExternalStore(session.subscribe, session.state);
  return (
    <div className="rights-legend">
      {rights.kind === 'waiting' && <p role="status">{say({ zh: '正在核对权限…', en: 'Looking over your rights…' })}</p>}
      {rights.kind === 'untold' && (
        <p role="status" className="quiet">
          {say({ zh: '没有权限标记：', en: 'No marks: ' })}
          {say(rights.why)}
        </p>
      )}
      {rights.kind === 'read' && <Counts rights={rights} />}
      <label className="explain">
        <input type="checkbox" checked={mine} onChange={(event) => session.setMine(event.target.checked)} />
        {say({ zh: '只列我能查的', en: 'only what I can read' })}
      </label>
    </div>
  );
}

function Counts({ rights }: { readonly rights: Rights & { readonly kind: 'read' } }) {
  const { say } = useLanguage();
  const counts = new Map<string, number>();
  for (const { mark } of rights.of.values()) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return (
    <>
      <p className="counts">
        {Object.keys(MARKS).map((mark) => {
          const count = counts.get(mark) ?? 0;
          return count > 0 && <RightMark key={mark} mark={mark} count={count} />;
        })}
      </p>
      <p className="quiet">
        {rights.purposeStated
          ? say({ zh: '按页首的用途判断', en: 'as the purpose above decides' })
          : say({ zh: '未填用途：任一用途可读的都算', en: 'no purpose stated: what any purpose may read' })}
      </p>
    </>
  );
}

function Content({ rights }: { readonly rights: ReadonlyMap<string, Right> }) {
  const { say } = useLanguage();
  const stack = useDocExplorer();
  const schema = useGraphiQL((state) => state.schema);
  const isIntrospecting = useGraphiQL((state) => state.isIntrospecting);
  const fault = useGraphiQL((state) => state.fetchError ?? state.validationErrors[0]?.message ?? null);
  if (fault !== null) return <div className="graphiql-doc-explorer-error">{say({ zh: '读不到数据结构', en: 'The schema could not be read' })}</div>;
  if (isIntrospecting) return <Spinner />;
  if (!schema) return <div className="graphiql-doc-explorer-error">{say({ zh: '没有数据结构', en: 'There is no schema' })}</div>;
  const def = stack.length > 1 ? stack.at(-1)?.def : undefined;
  if (def === undefined) return <SchemaDocumentation schema={schema} />;
  if (isObjectType(def)) return <MarkedType schema={schema} type={def} rights={rights} />;
  if (isNamedType(def)) return <TypeDocumentation type={def} />;
  return <MarkedField schema={schema} field={def} rights={rights} />;
}

function MarkedField({
  schema,
  field,
  rights,
}: {
  readonly schema: GraphQLSchema;
  readonly field: Parameters<typeof FieldDocumentation>[0]['field'];
  readonly rights: ReadonlyMap<string, Right>;
}) {
  const coordinates = useMemo(() => coordinatesOf(schema), [schema]);
  const right = rights.get(coordinates.get(field) ?? '');
  return (
    <>
      {right !== undefined && <RightCard right={right} />}
      <FieldDocumentation field={field} />
    </>
  );
}

interface TypeProps {
  readonly schema: GraphQLSchema;
  readonly type: GraphQLObjectType;
  readonly rights: ReadonlyMap<string, Right>;
}

function MarkedType({ schema, type, rights }: TypeProps) {
  const isRoot = type === schema.getQueryType();
  return (
    <>
      {type.description && <MarkdownContent type="description">{type.description}</MarkdownContent>}
      <ExplorerSection title="Fields">
        {Object.values(type.getFields()).map((field) => (
          <div key={field.name} className="graphiql-doc-explorer-item" data-field={field.name}>
            <div className="marked-field">
              <span><FieldLink field={field} /><Arguments field={field} />: <TypeLink type={field.type} /><DefaultValue field={field} /></span>
              <Standing type={type} field={field} rights={rights} isRoot={isRoot} />
            </div>
            {field.description && (
              <MarkdownContent type="description" onlyShowFirstChild>{field.description}</MarkdownContent>
            )}
            <DeprecationReason>{field.deprecationReason ?? null}</DeprecationReason>
          </div>
        ))}
      </ExplorerSection>
    </>
  );
}

/** A field's mark; of a root field, how much of what it leads to can be read. */
function Standing({
  type,
  field,
  rights,
  isRoot,
}: Omit<TypeProps, 'schema'> & { readonly field: GraphQLField<unknown, unknown>; readonly isRoot: boolean }) {
  const { say } = useLanguage();
  if (!isRoot) {
    const right = rights.get(`${type.name}.${field.name}`);
    return right === undefined ? null : <RightMark mark={right.mark} />;
  }
  const leadsTo = `${getNamedType(field.type).name}.`;
  const all = [...rights.values()].filter(({ coordinate }) => coordinate.startsWith(leadsTo));
  if (all.length === 0) return null;
  const open = all.filter(({ verdict }) => verdict !== 'WITHHELD').length;
  return <span className="quiet">{say({ zh: `可读 ${open}/${all.length} 项`, en: `${open} of ${all.length} readable` })}</span>;
}

function Arguments({ field }: { readonly field: GraphQLField<unknown, unknown> }) {
  const args = field.args.filter((one) => !one.deprecationReason);
  const [only] = args;
  if (only === undefined) return null;
  if (args.length === 1) return <>(<Argument arg={only} inline />)</>;
  return (
    <>
      (
      <span>
        {args.map((one) => (
          <div key={one.name} className="graphiql-doc-explorer-argument-multiple"><Argument arg={one} inline /></div>
        ))}
      </span>
      )
    </>
  );
}
