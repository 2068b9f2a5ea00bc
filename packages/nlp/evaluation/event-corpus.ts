/** A document with marked words that tell of events. */
export interface EventDocument {
  /** Words of each sentence; none is empty. */
  readonly sentences: readonly (readonly string[])[];
  /** Sentences whose marks were checked: only these count. */
  readonly checked: readonly number[];
  /** Marked words: the sentence and the indices of the words in it, rising; mostly one. */
  readonly mentions: readonly { readonly sentence: number; readonly tokens: readonly number[] }[];
}

interface CorpusLine {
  readonly sentences: readonly (readonly string[])[];
  readonly checked_sentences?: readonly number[];
  readonly mentions: readonly {
    readonly type?: string;
    readonly kind?: string;
    readonly sentence: number;
    readonly tokens: readonly number[];
  }[];
}

/**
 * Reads JSON lines in the form of ECB+ (Cybulska & Vossen 2014) as this project keeps it: `sentences`, `checked_sentences` (all
 * of them where absent), `mentions` with `type`. Event mentions are those of type `ACTION_…` or `NEG_…`, or of kind `event`.
 * @throws {SyntaxError} for a line that is no JSON
 */
export function readEventCorpus(content: string): EventDocument[] {
  const lines = content.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => toDocument(JSON.parse(line) as CorpusLine));
}

function toDocument({ sentences, checked_sentences, mentions }: CorpusLine): EventDocument {
  const checked = checked_sentences ?? sentences.map((_, s) => s);
  const isEvent = ({ type = '', kind }: CorpusLine['mentions'][number]): boolean =>
    kind === 'event' || /^(?:NEG_|ACTION_)/.test(type);
  return {
    sentences: sentences.map((words) => words.map((word) => word.trim() || '_')),
    checked,
    mentions: mentions.filter((mention) => isEvent(mention) && checked.includes(mention.sentence)),
  };
}
