import type { Taxonomy } from '../../../domain/taxonomy.ts';
import type { EventPrompt } from './event-prompt.ts';

/** How texts are asked about, whichever model answers. */
export interface ExtractionOptions {
  readonly prompt: EventPrompt;
  readonly taxonomy: Taxonomy;
  /** Estimated tokens of text in one request. */
  readonly chunkTokens: number;
  readonly maxOutputTokens: number;
}
