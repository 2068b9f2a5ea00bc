import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../domain/document.ts';
import type { ExtractedEntity, SoaTriplet, Span } from '../../../domain/result.ts';
import type { ModelRequest } from '../../../models/language-model.ts';
import { normalizeDate } from '../../normalize-date.ts';
import type { StageInput } from '../../stage.ts';
import type { Range } from '../text-outline.ts';
import { answerSchema } from './answer-schema.ts';
import { fillSlots } from './event-prompt.ts';
import type { ExtractionOptions } from './extraction-options.ts';

const MAX_ENTITIES = 60;
const MAX_TRIPLETS = 30;
const MAX_LINE_CHARS = 300;
const MAX_NOTE_CHARS = 2_000;

/** Writes the requests for the parts of documents. */
export class EventRequests {
  readonly #options: ExtractionOptions;
  readonly #schema: JsonObject;

  constructor(options: ExtractionOptions) {
    this.#options = options;
    this.#schema = answerSchema(options.taxonomy);
  }

  /**
   * The request for a part of a document's text.
   * @param note what is to be said after it, when the part was asked about before; empty for the first time
   */
  request(input: StageInput, part: Range, note = ''): ModelRequest {
    const { prompt, maxOutputTokens } = this.#options;
    const message = fillSlots(prompt.document, slotsOf(input, part)).trim();
    const user = note === '' ? message : `${message}\n\n${note.slice(0, MAX_NOTE_CHARS)}`;
    // Half a character is no text to a server; what stands for it is as long, so positions stay.
    return { system: prompt.instructions, user: user.toWellFormed(), schema: this.#schema, maxOutputTokens };
  }
}

function slotsOf({ document, entities, triplets }: StageInput, part: Range): Record<string, string> {
  const text = document.text.slice(part.start, part.end);
  const date =
    document.publicationDate === undefined
      ? null
      : (normalizeDate(document.publicationDate) ?? document.publicationDate);
  const slots = {
    title: oneLine(document.title ?? '') || 'not known',
    date: oneLine(date ?? '') || 'not known',
    entities: entityLine(entities, part) || 'none',
    triplets: tripletLines(triplets, part) || 'none',
    text,
  };
  // A text cannot hold its own hash, so it cannot write the mark that ends it.
  const mark = createHash('sha256').update(JSON.stringify(slots)).digest('hex').slice(0, 16);
  return { ...slots, mark };
}

function entityLine(entities: readonly ExtractedEntity[], part: Range): string {
  const named = entities
    .filter((entity) => isWithin(entity, part))
    .map(({ text, type, normalized_form: form }) => {
      const resolved = form !== undefined && (type === 'DATE' || type === 'TIME') ? `: ${form}` : '';
      return oneLine(`${text} (${type}${resolved})`);
    });
  return [...new Set(named)].slice(0, MAX_ENTITIES).join('; ');
}

function tripletLines(triplets: readonly SoaTriplet[], part: Range): string {
  return triplets
    .filter(({ action }) => isWithin(action, part))
    .slice(0, MAX_TRIPLETS)
    .map(
      ({ subject, action, object }) => `\n- ${[subject, action, object].map(({ text }) => oneLine(text)).join(' | ')}`,
    )
    .join('');
}

function isWithin({ start_char, end_char }: Span, { start, end }: Range): boolean {
  return start <= start_char && end_char <= end;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, MAX_LINE_CHARS);
}
