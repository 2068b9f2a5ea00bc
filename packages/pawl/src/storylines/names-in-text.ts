import type { ExtractedEntity } from '../domain/result.ts';

const NAME_TYPES: ReadonlySet<string> = new Set(['PER', 'ORG', 'GPE', 'LOC', 'EVENT', 'MISC']);

/** The name an entity goes by in its document: its fullest form. */
export function nameIn({ text, normalized_form }: Pick<ExtractedEntity, 'text' | 'normalized_form'>): string {
  const name = (normalized_form ?? text).replaceAll(/\s+/g, ' ').trim();
  return name === '' ? text : name;
}

/** The names of a document by their places. */
export class NamesInText {
  readonly #entities: readonly ExtractedEntity[];
  readonly #starts: readonly number[];

  constructor(entities: readonly ExtractedEntity[]) {
    this.#entities = entities
      .filter(({ type }) => NAME_TYPES.has(type))
      .toSorted((a, b) => a.start_char - b.start_char || b.end_char - a.end_char);
    this.#starts = this.#entities.map(({ start_char }) => start_char);
  }

  /** Whether a name goes over this place. */
  covers(at: number): boolean {
    return this.at(at) !== null;
  }

  /** The name that goes over this place; null for none. */
  at(at: number): ExtractedEntity | null {
    let low = 0;
    for (let high = this.#starts.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    const entity = this.#entities[low - 1];
    return entity !== undefined && at < entity.end_char ? entity : null;
  }
}
