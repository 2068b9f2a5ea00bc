import type { DroppedClaims, ExtractedEvent } from '../../../domain/result.ts';
import type { StageCall } from '../../../domain/stage-call.ts';
import { StageError } from '../../../domain/stage-error.ts';
import type { LanguageModel } from '../../../models/language-model.ts';
import { fingerprintOf } from '../../fingerprint.ts';
import type { PlannedRequest, Stage, StageInput, StageOutput } from '../../stage.ts';
import type { TextOutline } from '../text-outline.ts';
import { askChunk, type ChunkClaims, type ChunkQuestion } from './ask-chunk.ts';
import { type Chunk, TextUnits } from './chunk-text.ts';
import { EventRequests } from './event-requests.ts';
import type { ExtractionOptions } from './extraction-options.ts';
import { groundEvents } from './ground-events.ts';
import { mergeChunks } from './merge-chunks.ts';
import { ClaimReader } from './read-claims.ts';
import { type Suspicion, secondLook, suspectNoEvents } from './suspicion.ts';

/** Where the outline of a document's text comes from. */
export interface OutlineSource {
  outline(input: StageInput, signal: AbortSignal): Promise<TextOutline>;
  close(): Promise<void>;
}

/** Grows with every change of chunking, grounding or merging that changes results. */
const VERSION = 1;
/** Chunks of one document that are asked about at once. */
const CHUNKS_AT_ONCE = 4;
/** Documents that may wait for the model; how many requests are under way at once is for flow control to find out. */
const DOCUMENTS_AT_ONCE = 128;

/** Events by a language model: asked about chunk by chunk, grounded in the text, put together without repeats. */
export function modelEventStage(model: LanguageModel, language: OutlineSource, options: ExtractionOptions): Stage {
  const { prompt, taxonomy, chunkTokens, maxOutputTokens } = options;
  const extraction = new Extraction(model, language, options);
  return {
    name: 'events',
    provider: model.provider,
    model: model.model,
    fingerprint: fingerprintOf({
      provider: model.provider,
      model: model.model,
      version: VERSION,
      prompt: prompt.hash,
      taxonomy: [...taxonomy.eventTypes, '', ...taxonomy.roles, '', ...taxonomy.domains],
      chunkTokens,
      maxOutputTokens,
    }),
    description: `${model.provider} ${model.model}`,
    run: (input, signal, call) => extraction.run(input, signal, call),
    lanes: DOCUMENTS_AT_ONCE,
    plan: (input, signal) => extraction.plan(input, signal),
    ...(model.awaitPostponed === undefined ? {} : { awaitPostponed: model.awaitPostponed.bind(model) }),
    probe: (signal) => model.probe(signal),
    close: async () => {
      await Promise.all([language.close(), model.close()]);
    },
  };
}

class Extraction {
  readonly #model: LanguageModel;
  readonly #language: OutlineSource;
  readonly #options: ExtractionOptions;
  readonly #requests: EventRequests;
  readonly #reader: ClaimReader;

  constructor(model: LanguageModel, language: OutlineSource, options: ExtractionOptions) {
    this.#model = model;
    this.#language = language;
    this.#options = options;
    this.#requests = new EventRequests(options);
    this.#reader = new ClaimReader(options.taxonomy);
  }

  async run(input: StageInput, signal: AbortSignal, call: StageCall): Promise<StageOutput> {
    let isPaid = false;
    const ask: ChunkQuestion['ask'] = async (request) => {
      const answer = await this.#model.ask(request, signal, call);
      isPaid ||= !answer.cached;
      return answer;
    };
    const output = await this.#extract(input, ask, signal);
    return { ...output, cached: !isPaid };
  }

  async #extract(input: StageInput, ask: ChunkQuestion['ask'], signal: AbortSignal): Promise<StageOutput> {
    const outline = await this.#language.outline(input, signal);
    const { text } = input.document;
    const units = new TextUnits(text, outline, this.#options.chunkTokens);
    const question: ChunkQuestion = {
      input,
      units,
      requests: this.#requests,
      reader: this.#reader,
      model: this.#model.model,
      ask,
    };
    const chunks = units.chunks(this.#options.chunkTokens);
    const answered = (await inGroups(chunks, (chunk) => askChunk(question, chunk))).flat();
    const first = this.#ground(answered, input, outline);
    const doubted = first.events.length > 0 ? [] : doubtedChunks(text, answered, outline);
    const [doubt] = doubted;
    if (doubt === undefined) return outputOf(first);
    const again = await inGroups(doubted, ({ chunk, suspicion }) => askChunk(question, chunk, secondLook(suspicion)));
    const second = this.#ground(again.flat(), input, outline);
    return second.events.length > 0 ? outputOf(second) : { ...outputOf(second), suspicious: doubt.suspicion.reason };
  }

  async plan(input: StageInput, signal: AbortSignal): Promise<PlannedRequest[]> {
    const outline = await this.#language.outline(input, signal);
    const { text } = input.document;
    return new TextUnits(text, outline, this.#options.chunkTokens).chunks(this.#options.chunkTokens).map((chunk) => {
      const { system, user, schema } = this.#requests.request(input, chunk);
      return {
        promptBytes: Buffer.byteLength(system) + Buffer.byteLength(user) + Buffer.byteLength(JSON.stringify(schema)),
        textBytes: Buffer.byteLength(text.slice(chunk.start, chunk.end)),
      };
    });
  }

  #ground(answered: readonly ChunkClaims[], { document, entities }: StageInput, outline: TextOutline): Grounded {
    const context = { text: document.text, outline, entities, domains: this.#options.taxonomy.domains };
    const grounded = answered.map(({ chunk, claims }) => ({ chunk, ...groundEvents(claims, chunk, context) }));
    const sum = (what: keyof DroppedClaims) => grounded.reduce((total, { dropped }) => total + dropped[what], 0);
    return { events: mergeChunks(grounded), dropped: { triggers: sum('triggers'), arguments: sum('arguments') } };
  }
}

interface Grounded {
  readonly events: readonly ExtractedEvent[];
  readonly dropped: DroppedClaims;
}

function outputOf({ events, dropped }: Grounded): StageOutput {
  return dropped.triggers + dropped.arguments === 0 ? { value: events } : { value: events, dropped };
}

/** The chunks of which it is hard to believe that nothing happens in them. */
function doubtedChunks(
  text: string,
  answered: readonly ChunkClaims[],
  outline: TextOutline,
): { readonly chunk: Chunk; readonly suspicion: Suspicion }[] {
  return answered.flatMap(({ chunk, isVouchedFor }) => {
    const suspicion = suspectNoEvents(text, outline, chunk.own, isVouchedFor);
    return suspicion === null ? [] : [{ chunk, suspicion }];
  });
}

/**
 * Does work for all items, a few at once, in order. When one fails, no further is begun, but those under way are finished: their
 * answers are paid for and find their way into the cache. Those that are postponed keep nobody from being begun.
 */
async function inGroups<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let postponed: StageError | null = null;
  for (let i = 0; i < items.length; i += CHUNKS_AT_ONCE) {
    const group = await Promise.allSettled(items.slice(i, i + CHUNKS_AT_ONCE).map(work));
    for (const outcome of group) {
      if (outcome.status === 'fulfilled') results.push(outcome.value);
      else if (isPostponed(outcome.reason)) postponed = outcome.reason;
      else throw outcome.reason;
    }
  }
  if (postponed !== null) throw postponed;
  return results;
}

function isPostponed(error: unknown): error is StageError {
  return error instanceof StageError && error.fault === 'postponed';
}
