import { badInput, RequestError } from '../errors.ts';

/** Every `n`, `first` and `last` is 1 to this. */
export const MOST_ROWS = 1_000;
/** Rows that the lists of one request may ask for together, nested lists included. */
const MOST_ROWS_A_REQUEST = 100_000;

/**
 * @returns `value`, when it is a whole number from 1 to `most`
 * @throws BAD_USER_INPUT that names the argument
 */
export function countOf(argument: string, value: number, most = MOST_ROWS): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw badInput(argument, `${argument} must be a whole number from 1 to ${most}, not ${value}.`);
}

/**
 * What is left of a request's rows and time. A cost limit on the query's text can't see numbers that arrive as variables;
 * this one counts what is asked for while the request runs.
 */
export class RequestBudget {
  #left = MOST_ROWS_A_REQUEST;
  readonly #milliseconds: number;
  readonly #began = performance.now();

  /** @param milliseconds that a query may take */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** @throws BAD_USER_INPUT when a query has taken longer than it may: meanwhile nobody else is answered */
  checkTime(): void {
    if (performance.now() - this.#began <= this.#milliseconds) return;
    throw new RequestError(
      'BAD_USER_INPUT',
      `This query takes more than ${this.#milliseconds} ms; ask for fewer rows or fields at a time.`,
    );
  }

  /**
   * Checks a row count and takes it from the budget.
   * @param rowsPerCount rows that one unit of `value` brings
   * @returns `value`
   * @throws BAD_USER_INPUT when the count is out of range, or the request asks for too much altogether
   */
  take(argument: string, value: number, rowsPerCount = 1): number {
    this.#left -= countOf(argument, value) * rowsPerCount;
    if (this.#left >= 0) return value;
    throw badInput(argument, `This request asks for more than ${MOST_ROWS_A_REQUEST} rows in all; ask for fewer in ${argument}.`);
  }
}

/** @throws BAD_USER_INPUT unless `value` lies strictly between 0 and 1 */
export function levelOf(value: number): number {
  if (value > 0 && value < 1) return value;
  throw badInput('level', `level must lie between 0 and 1, both excluded, not ${value}.`);
}

/** @throws BAD_USER_INPUT unless `value` lies between 0 and 1 */
export function shareOf(argument: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw badInput(argument, `${argument} must lie between 0 and 1, not ${value}.`);
}

/** @throws BAD_USER_INPUT unless `value` is a finite number of at least 0 */
export function atLeastZero(argument: string, value: number): number {
  if (value >= 0 && Number.isFinite(value)) return value;
  throw badInput(argument, `${argument} must be a number of at least 0, not ${value}.`);
}
