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
  }): Promise<Llama>;
  readonly LlamaChatSession: new (options: {
    readonly contextSequence: LlamaSequence;
    readonly systemPrompt: string;
  }) => LlamaChatSession;
}

export interface Llama {
  loadModel(options: { readonly modelPath: string }): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: JsonObject): Promise<LlamaGrammar>;
  dispose(): Promise<void>;
}

export interface LlamaModel {
  createContext(options: {
    readonly contextSize: { readonly max: number };
    readonly threads: number;
  }): Promise<LlamaContext>;
  tokenize(text: string): readonly number[];
}

export interface LlamaContext {
  readonly contextSize: number;
  getSequence(): LlamaSequence;
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
    `Events by gguf: need the package ${PACKAGE}, which pawl does not bring along: npm install ${PACKAGE}@3 ` +
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

export async function loadLlamaLibrary(): Promise<LlamaLibrary> {
  return (await import(PACKAGE)) as LlamaLibrary;
}
