import { findPackageJSON } from 'node:module';
import type { JsonObject } from '../../domain/document.ts';
import { PawlError } from '../../domain/errors.ts';

// What is used of node-llama-cpp. It is an optional peer, with its native builds larger than all of pawl: it is loaded with the
// first question, and its own types may not be there.

const PACKAGE: string = 'node-llama-cpp';

export interface LlamaLibrary {
  getLlama(options: {
    readonly build: 'never';
    readonly gpu: 'auto' | false;
    readonly logLevel: 'error';
    readonly logger: (level: string, message: string) => void;
  }): Promise<Llama>;
  readonly LlamaChatSession: new (options: {
    readonly contextSequence: LlamaSequence;
    readonly systemPrompt: string;
  }) => LlamaChatSession;
}

export interface Llama {
  loadModel(options: { readonly modelPath: string }): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: JsonObject): Promise<LlamaGrammar>;
}

export interface LlamaModel {
  /** Tokens that it was trained to see at once. */
  readonly trainContextSize: number;
  createContext(options: {
    readonly contextSize: { readonly max: number };
    readonly threads: number;
  }): Promise<LlamaContext>;
  createEmbeddingContext(options: {
    readonly contextSize: number;
    /** What is not in one batch is not in the vector. */
    readonly batchSize: number;
    readonly threads: number;
  }): Promise<LlamaEmbeddingContext>;
  /** Marks of the model that stand in the text are text. */
  tokenize(text: string): readonly number[];
  dispose(): Promise<void>;
}

export interface LlamaContext {
  readonly contextSize: number;
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

export interface LlamaEmbeddingContext {
  getEmbeddingFor(tokens: readonly number[]): Promise<{ readonly vector: readonly number[] }>;
  /** With the marks that the model has around a text. */
  calculateInputLength(tokens: readonly number[]): number;
  dispose(): Promise<void>;
}

export interface LlamaSequence {
  readonly tokenMeter: { readonly usedInputTokens: number; readonly usedOutputTokens: number };
  dispose(): void;
}

export interface LlamaChatSession {
  promptWithMeta(
    prompt: string,
    options: {
      readonly grammar: LlamaGrammar;
      readonly maxTokens: number;
      readonly temperature: number;
      readonly signal: AbortSignal;
    },
  ): Promise<{ readonly responseText: string; readonly stopReason: string }>;
}

/** Opaque. */
export type LlamaGrammar = object;

/** @throws {PawlError} `invalid_setting` when the package is not installed, naming the command that does it */
export function requireLlamaLibrary(): void {
  if (isLlamaInstalled()) return;
  const message =
    `A gguf: model needs the package ${PACKAGE}, which pawl does not bring along: npm install ${PACKAGE}@3 ` +
    '(its builds for graphics cards are large; docs/EVENTS.md says how to leave them out).';
  throw new PawlError('invalid_setting', message);
}

/** Whether the package can be found from here. */
export function isLlamaInstalled(): boolean {
  try {
    return findPackageJSON(PACKAGE, import.meta.url) !== undefined;
  } catch {
    return false;
  }
}

export interface OpenLlama {
  readonly library: LlamaLibrary;
  readonly llama: Llama;
}

let opened: Promise<OpenLlama> | null = null;
let complaint = '';
const MAX_COMPLAINT = 300;

/**
 * The library and what it runs models with, which is one for the whole process: to end it for one model would be to take it from all
 * others. It holds little; what is large are models and contexts, and those who made them end them.
 */
export function openLlama(): Promise<OpenLlama> {
  opened ??= open().catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

/** What llama.cpp said is wrong, the first of it since this was asked last; empty for nothing. Its errors themselves hardly say anything. */
export function takeComplaint(): string {
  const taken = complaint;
  complaint = '';
  return taken;
}

async function open(): Promise<OpenLlama> {
  const library = (await import(PACKAGE)) as LlamaLibrary;
  const logger = (_: string, message: string) => {
    complaint ||= message.trim().slice(0, MAX_COMPLAINT);
  };
  return { library, llama: await library.getLlama({ build: 'never', gpu: 'auto', logLevel: 'error', logger }) };
}
