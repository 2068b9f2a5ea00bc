import type { StoredResult } from '../../src/checkpoint/checkpoint.ts';
import { resultText } from '../../src/checkpoint/read-result.ts';
import type { Sink } from '../../src/delivery/sink.ts';
import type { JsonObject } from '../../src/domain/document.ts';

/** A sink that keeps results in memory and can be told to fail or to take its time. */
export class MemorySink implements Sink {
  readonly name: string;
  results: string[] = [];
  calls: string[] = [];
  /** Thrown by the next calls while it is set. */
  problem: Error | null = null;
  /** Awaited before a write is done. */
  gate: Promise<void> = Promise.resolve();
  #onCall: () => void = () => undefined;

  constructor(name = 'memory') {
    this.name = name;
  }

  /** Resolves when a call was made that was not there before. */
  called(): Promise<void> {
    return new Promise((resolve) => {
      this.#onCall = resolve;
    });
  }

  async recover({ count }: JsonObject): Promise<'ready' | 'lost'> {
    this.#note('recover');
    if (this.results.length < Number(count)) return 'lost';
    this.results.length = Number(count);
    return 'ready';
  }

  async start(): Promise<JsonObject> {
    this.#note('start');
    this.results = [];
    return { count: 0 };
  }

  async write(results: readonly StoredResult[]): Promise<JsonObject> {
    this.#note('write');
    await this.gate;
    this.results.push(...results.map(resultText));
    return { count: this.results.length };
  }

  async finish(position: JsonObject): Promise<JsonObject> {
    this.#note('finish');
    return position;
  }

  async check(): Promise<readonly string[]> {
    return [];
  }

  async close(): Promise<void> {
    this.calls.push('close');
  }

  #note(call: string): void {
    this.calls.push(call);
    this.#onCall();
    if (this.problem !== null) throw this.problem;
  }
}
