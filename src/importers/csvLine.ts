import { badInput } from '../errors.ts';

/**
 * The fields of one line of a CSV file (RFC 4180); unquoted ones without spaces around them. Records that span lines are not read
 * as one: no id or title holds a line break, and so a quote that is never closed costs its own line, not the rest of the file.
 * @param delimiter one character
 * @throws RequestError for a quote that isn't closed, or text beside it
 */
export function splitCsvLine(line: string, delimiter = ','): string[] {
  if (!line.includes('"')) return line.split(delimiter).map((field) => field.trim());
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const { field, end } = line[at] === '"' ? quotedField(line, at, delimiter) : plainField(line, at, delimiter);
    fields.push(field);
    at = end + 1;
  }
  return fields;
}

interface Field {
  readonly field: string;
  /** Where its delimiter stands. */
  readonly end: number;
}

function plainField(line: string, start: number, delimiter: string): Field {
  const found = line.indexOf(delimiter, start);
  const end = found === -1 ? line.length : found;
  const field = line.slice(start, end).trim();
  if (field.includes('"')) throw badInput('line', 'A quote stands inside a field that does not begin with one.');
  return { field, end };
}

function quotedField(line: string, start: number, delimiter: string): Field {
  let field = '';
  let at = start + 1;
  for (;;) {
    const quote = line.indexOf('"', at);
    if (quote === -1) throw badInput('line', 'A quote is never closed.');
    field += line.slice(at, quote);
    if (line[quote + 1] !== '"') {
      if (quote + 1 < line.length && line[quote + 1] !== delimiter) throw badInput('line', 'A field goes on after its closing quote.');
      return { field, end: quote + 1 };
    }
    field += '"';
    at = quote + 2;
  }
}
