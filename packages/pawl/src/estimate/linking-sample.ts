import type { DocumentResult } from '../domain/result.ts';
import { meaningTexts } from '../storylines/document-meanings.ts';
import { sampleRequest } from '../storylines/tell-storylines.ts';

/** A document with what an embedding model would be asked about it. */
export interface TextsOfDocument {
  readonly textBytes: number;
  readonly texts: readonly string[];
}

/** Documents that are taken for a story, to see how long what a model is told of one is. */
const DOCUMENTS_OF_A_STORY = 4;

/** What linking would ask about documents of a sample. */
export class LinkingSample {
  readonly documents: TextsOfDocument[] = [];
  /** UTF-8 bytes of what a model would be told of storylines. */
  readonly promptBytes: number[] = [];
  #story: DocumentResult[] = [];

  /** @param textBytes the size of the document by which others are judged */
  add(result: DocumentResult, textBytes: number): void {
    this.documents.push({ textBytes, texts: meaningTexts(result) });
    this.#story.push(result);
    if (this.#story.length === DOCUMENTS_OF_A_STORY) this.#tell();
  }

  /** To be called after the last. */
  end(): void {
    if (this.promptBytes.length === 0 && this.#story.length > 0) this.#tell();
  }

  #tell(): void {
    const { system, user, schema } = sampleRequest(this.#story);
    this.promptBytes.push(Buffer.byteLength(`${system}${user}${JSON.stringify(schema)}`));
    this.#story = [];
  }
}
