const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup that is known to be safe: built by {@link html}, or a constant of this program. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Insert = string | number | Html | readonly Html[];

/** A template whose inserted text is escaped; only {@link Html} goes in as it is. */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return new Html(parts.reduce((markup, part, i) => markup + inserted(inserts[i - 1]!) + part));
}

function inserted(insert: Insert): string {
  if (insert instanceof Html) return insert.markup;
  if (typeof insert === 'object') return insert.map(({ markup }) => markup).join('');
  return String(insert).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
