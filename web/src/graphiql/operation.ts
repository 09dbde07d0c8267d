import { Kind, parse, type DocumentNode } from 'graphql';

/**
 * The operation to ask for. GraphiQL reads the name from the document a moment after the text changed, so that a run just
 * after changing tabs carries the former tab's name: where the document holds one operation, that one is meant.
 */
export function operationMeant(query: string, name: string | null | undefined): string | null | undefined {
  let document: DocumentNode;
  try {
    document = parse(query, { noLocation: true });
  } catch {
    return name; // the gateway says what is wrong with it
  }
  const names = document.definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? [one.name?.value] : []));
  return names.length === 1 ? names[0] : name;
}

/** The names of the variables that the document's operations declare. */
export function variablesOf(query: string): readonly string[] {
  try {
    return parse(query, { noLocation: true }).definitions.flatMap((one) =>
      one.kind === Kind.OPERATION_DEFINITION ? (one.variableDefinitions ?? []).map(({ variable }) => variable.name.value) : [],
    );
  } catch {
    return []; // the gateway says what is wrong with it
  }
}
