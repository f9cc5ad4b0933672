/** The text of one operation, with the types of its answer and its variables. */
export interface Operation<Result, Variables> {
  readonly text: string;
  /** For the compiler alone. */
  readonly types?: (variables: Variables) => Result;
}
