/** Markup that may stand in a page as it is: whatever was put into it has been escaped. Made by `html` alone. */
export class Markup {
  private readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  static of(text: string): Markup {
    return new Markup(text);
  }

  toString(): string {
    return this.text;
  }
}

export type MarkupValue = Markup | string | number | readonly MarkupValue[];

/** A template for HTML and SVG: text and numbers are escaped, markup is kept, lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return Markup.of(parts.reduce((text, part, at) => `${text}${markupOf(values[at - 1]!)}${part}`));
}

function markupOf(value: MarkupValue): string {
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'object') return value.map(markupOf).join('');
  return escaped(String(value));
}

/** Safe between tags and in a quoted attribute. Control characters, which no document may hold, become spaces. */
function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;')
    .replace(/\p{Cc}/gu, ' ');
}
