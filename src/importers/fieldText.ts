import { badInput } from '../errors.ts';

/** Numbers of seconds lie below, of milliseconds above: as seconds this is the year 5138, as milliseconds March 1973. */
const FIRST_MILLISECONDS = 1e11;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const DECIMAL_COMMA = /^[-+]?\d+,\d+$/;
/** A day, or a point in time, as ISO 8601 and databases write it; without a zone it is UTC. */
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[-+]\d\d:?\d\d)?)?$/i;

/** @throws RequestError unless `text` is a finite number with a decimal point, if any */
export function numberOf(argument: string, text: string): number {
  const value = NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  if (DECIMAL_COMMA.test(text.trim())) throw badInput(argument, `${argument} has a decimal comma; write 3.5, not 3,5.`);
  throw badInput(argument, `${argument} is not a number.`);
}

/** Null for an empty text. @throws RequestError as `numberOf` */
export function optionalNumber(argument: string, text: string): number | null {
  return text.trim() === '' ? null : numberOf(argument, text);
}

/** @param text seconds or milliseconds since 1970, or ISO 8601. @returns milliseconds; NaN when it is empty. @throws RequestError */
export function timeOf(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '') return Number.NaN;
  if (NUMBER.test(trimmed)) return millisecondsOf(Number(trimmed));
  const time = isoTime(trimmed);
  if (Number.isNaN(time))
    throw badInput('timestamp', 'timestamp is neither a number of seconds or milliseconds nor a date like 2024-12-31T23:59:59Z.');
  return time;
}

/** @param number of seconds or milliseconds, told apart by its size */
export function millisecondsOf(number: number): number {
  return Math.abs(number) < FIRST_MILLISECONDS ? Math.round(1000 * number) : Math.round(number);
}

function isoTime(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, clock = '00:00', zone = 'Z'] = match;
  const time = Date.parse(`${year}-${month}-${day}T${clock}${zone.toUpperCase()}`);
  // 31 April is no day, though it can be read as 1 May.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return isDay ? time : Number.NaN;
}
