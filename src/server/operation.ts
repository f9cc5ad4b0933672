import { type DocumentNode, getOperationAST, Kind, type OperationDefinitionNode } from 'graphql';

/** Root fields that are named; a document may have a hundred. */
const MOST_FIELDS = 5;

/** What an operation asks for, in the schema's words alone: nothing of it comes from its caller. */
export interface Operation {
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly fields: readonly string[];
}

/** @param node of a document that fits the schema */
export function operationOf({ operation, selectionSet }: OperationDefinitionNode): Operation {
  const fields = new Set(selectionSet.selections.map((selection) => (selection.kind === Kind.FIELD ? selection.name.value : '…')));
  return { type: operation, fields: [...fields].slice(0, MOST_FIELDS) };
}

export function namedOperation(document: DocumentNode, name: string | null | undefined): Operation | null {
  const node = getOperationAST(document, name);
  return node ? operationOf(node) : null;
}
