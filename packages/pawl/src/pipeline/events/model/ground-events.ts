import type { DroppedClaims, EventArgument, ExtractedEntity, ExtractedEvent, Span } from '../../../domain/result.ts';
import { type CueCounts, countCues, domainOf } from '../builtin/domain.ts';
import { indexAt, type Range, type TextOutline } from '../text-outline.ts';
import type { Chunk } from './chunk-text.ts';
import type { ClaimedEvent, ClaimedWords } from './claimed-event.ts';
import { WordFinder } from './find-words.ts';

/** What is known of a document whose claimed events are grounded. */
export interface GroundingContext {
  readonly text: string;
  readonly outline: TextOutline;
  readonly entities: readonly ExtractedEntity[];
  readonly domains: readonly string[];
}

export interface GroundedEvents {
  /** Ids and chunk numbers are given when the chunks are put together. */
  readonly events: readonly ExtractedEvent[];
  readonly dropped: DroppedClaims;
}

const MAX_TEMPORAL_CHARS = 200;

/** Finds what a model claims in the text it read (guarantee G10). What is not there is dropped and counted. */
export function groundEvents(claims: readonly ClaimedEvent[], chunk: Chunk, context: GroundingContext): GroundedEvents {
  const grounding = new Grounding(chunk, context);
  const events: ExtractedEvent[] = [];
  const dropped = { triggers: 0, arguments: 0 };
  for (const claim of claims) {
    const event = grounding.ground(claim);
    if (event === null) dropped.triggers += 1;
    else {
      events.push(event);
      dropped.arguments += claim.arguments.length - event.arguments.length;
    }
  }
  return { events, dropped };
}

class Grounding {
  readonly #chunk: Chunk;
  readonly #context: GroundingContext;
  readonly #finder: WordFinder;
  readonly #entityTypes: ReadonlyMap<string, string>;
  #documentCues: CueCounts | undefined;

  constructor(chunk: Chunk, context: GroundingContext) {
    this.#chunk = chunk;
    this.#context = context;
    this.#finder = new WordFinder(context.text, chunk);
    this.#entityTypes = new Map(
      context.entities.map(({ start_char, end_char, type }) => [`${start_char} ${end_char}`, type]),
    );
  }

  ground(claim: ClaimedEvent): ExtractedEvent | null {
    const said = this.#saidSentence(claim);
    const trigger = this.#findTrigger(claim.trigger, said);
    if (trigger === null) return null;
    const sentence = this.#sentenceAt(trigger.start);
    const lemmas = this.#wordsWithin(trigger).map(({ lemma }) => lemma);
    return {
      event_id: '',
      event_type: claim.event_type,
      trigger: { ...this.#span(trigger), lemma: lemmas.length === 0 ? this.#span(trigger).text : lemmas.join(' ') },
      arguments: this.#arguments(claim, trigger, sentence),
      domain: claim.domain ?? this.#likelyDomain(claim.event_type, sentence),
      temporal_reference: temporalReference(claim.temporal_reference),
      metadata: {
        sentiment: claim.sentiment,
        causality: this.#causality(claim.causality, trigger, sentence),
        confidence: Math.round(claim.confidence * 1000) / 1000,
        source_sentence: this.#span(sentence).text,
        source_chunk_index: 0,
      },
    };
  }

  /** The sentence that a claim quotes the beginning of. */
  #saidSentence({ sentence, trigger }: ClaimedEvent): Range | null {
    if (sentence.trim() === '') return null;
    const start = this.#finder.findBeginning(sentence, this.#place(trigger));
    return start === null ? null : this.#sentenceAt(start);
  }

  /** The words themselves, or where a model gave the base form of a single word, that word. */
  #findTrigger(claimed: ClaimedWords, sentence: Range | null): Range | null {
    const near = claimed.position === null && sentence !== null ? sentence.start : this.#place(claimed);
    const found = this.#finder.find(claimed.text, { sentence, near });
    return found ?? this.#wordOfLemma(claimed.text, sentence ?? this.#chunk, near);
  }

  #wordOfLemma(lemma: string, within: Range, near: number): Range | null {
    const wanted = lemma.trim().toLowerCase();
    const words = this.#wordsWithin(within).filter(
      (word) => word.lemma.toLowerCase() === wanted && this.#chunk.start <= word.start && word.end <= this.#chunk.end,
    );
    if (words.length === 0) return null;
    return words.reduce((best, word) => (Math.abs(word.start - near) < Math.abs(best.start - near) ? word : best));
  }

  #arguments(claim: ClaimedEvent, trigger: Range, sentence: Range): EventArgument[] {
    const found = new Map<string, EventArgument>();
    for (const claimed of claim.arguments) {
      const near = claimed.position === null ? trigger.start : this.#place(claimed);
      const range = this.#finder.find(claimed.text, { sentence, near });
      if (range === null) continue;
      const place = `${range.start} ${range.end}`;
      const type = this.#entityTypes.get(place);
      const entity = type === undefined ? this.#span(range) : { ...this.#span(range), type };
      found.set(`${claimed.role} ${place}`, { argument_role: claimed.role, entity, confidence: claim.confidence });
    }
    return [...found.values()];
  }

  /** A marker counts where the event's sentence has it. */
  #causality(marker: string | null, trigger: Range, sentence: Range): string | null {
    const found = marker === null ? null : this.#finder.find(marker, { sentence, near: trigger.start });
    const isThere = found !== null && sentence.start <= found.start && found.end <= sentence.end;
    return isThere ? this.#span(found).text : null;
  }

  #likelyDomain(eventType: string, sentence: Range): string {
    const cues = countCues(this.#wordsWithin(sentence).map(({ lemma }) => lemma));
    this.#documentCues ??= countCues(this.#context.outline.words.map(({ lemma }) => lemma));
    return domainOf(eventType, cues, this.#documentCues, this.#context.domains);
  }

  #place({ position }: ClaimedWords): number {
    return this.#chunk.start + (position ?? 0);
  }

  /** The sentence around a position; where the outline has none, what the model read. */
  #sentenceAt(position: number): Range {
    const sentence = this.#context.outline.sentences[indexAt(this.#context.outline.sentences, position)];
    return sentence !== undefined && position < sentence.end ? sentence : this.#chunk;
  }

  #wordsWithin({ start, end }: Range): TextOutline['words'][number][] {
    const { words } = this.#context.outline;
    const within: TextOutline['words'][number][] = [];
    for (let i = Math.max(0, indexAt(words, start)); i < words.length && words[i]!.start < end; i++) {
      if (words[i]!.end > start) within.push(words[i]!);
    }
    return within;
  }

  #span({ start, end }: Range): Span {
    return { text: this.#context.text.slice(start, end), start_char: start, end_char: end };
  }
}

function temporalReference(said: string | null): string | null {
  const words = said?.trim() ?? '';
  return words === '' || words.toLowerCase() === 'null' ? null : words.slice(0, MAX_TEMPORAL_CHARS);
}
