import { isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import type { Words } from '../shell/language';

/** What an item is called and who provides it; `null` where the schema does not say. */
export interface Described {
  readonly title: Words | null;
  readonly provider: Words | null;
}

const TITLE = /^\*\*(.+?)\*\*(?: · (.+))?/;
const PROVIDER = /提供部门 provider: (.+?)（(.+?)）/;

const words = (found: RegExpExecArray | null): Words | null =>
  found?.[1] === undefined ? null : { zh: found[1], en: found[2] ?? found[1] };

/** Reads the description of `Type.field`: an answer names items and departments by code only. */
export function describe(schema: GraphQLSchema | null | undefined, coordinate: string): Described {
  const [type, field] = coordinate.split('.');
  const found = schema?.getType(type ?? '');
  const known = (isObjectType(found) || isInterfaceType(found)) && field !== undefined ? found.getFields()[field] : undefined;
  const text = known?.description ?? '';
  return { title: words(TITLE.exec(text)), provider: words(PROVIDER.exec(text)) };
}
