import type { InputDocument } from '../domain/document.ts';
import { UNATTENDED_CALL } from '../domain/stage-call.ts';
import type { ModelRequest } from '../models/language-model.ts';
import { TextUnits } from './events/model/chunk-text.ts';
import { EventRequests } from './events/model/event-requests.ts';
import type { ExtractionOptions } from './events/model/extraction-options.ts';
import type { OutlineSource } from './events/model/model-stage.ts';
import type { Stage, StageInput } from './stage.ts';

/** What a model is first asked about a document, without asking it: the requests are made as the events stage makes them. */
export class EventPreview {
  readonly #earlier: readonly Stage[];
  readonly #language: OutlineSource;
  readonly #options: ExtractionOptions;

  /** @param earlier the stages whose output goes into the requests */
  constructor(earlier: readonly Stage[], language: OutlineSource, options: ExtractionOptions) {
    this.#earlier = earlier;
    this.#language = language;
    this.#options = options;
  }

  /** A document as the events stage would see it: the stages before it are done now. @throws {StageError} */
  async analyse(document: InputDocument, signal: AbortSignal): Promise<StageInput> {
    let input: StageInput = { document, batchId: '', entities: [], triplets: [], events: [] };
    for (const stage of this.#earlier) {
      const { value } = await stage.run(input, signal, UNATTENDED_CALL);
      if (stage.name === 'entities') input = { ...input, entities: value as StageInput['entities'] };
      if (stage.name === 'dependencies') input = { ...input, triplets: value as StageInput['triplets'] };
    }
    return input;
  }

  /** One request for each chunk of the text, in order. */
  async requests(input: StageInput, signal: AbortSignal): Promise<readonly ModelRequest[]> {
    const { chunkTokens } = this.#options;
    const requests = new EventRequests(this.#options);
    const outline = await this.#language.outline(input, signal);
    const units = new TextUnits(input.document.text, outline, chunkTokens);
    return units.chunks(chunkTokens).map((chunk) => requests.request(input, chunk));
  }

  async close(): Promise<void> {
    await Promise.all([this.#language.close(), ...this.#earlier.map((stage) => stage.close?.())]);
  }
}
