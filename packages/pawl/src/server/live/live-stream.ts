import { Readable } from 'node:stream';

/** What a client is behind by before it is asked to read; the socket's own buffers come on top. */
const HIGH_WATER_BYTES = 16 * 1024;
/** A client that takes nothing for this long is given up. */
const STALLED_MS = 60_000;
const HEARTBEAT_MS = 15_000;
/** How a browser waits before it comes back. */
const RECONNECT_MS = 1_000;

/** What a client has not been told yet. Taking it empties it, so what is newer replaces what nobody has taken. */
export interface LiveSource {
  /** The next events as text, or null when the client knows everything. */
  take(): string | null;
  /** The client is gone. */
  close(): void;
}

/**
 * One client of a live stream. It pulls: news wait in its source, where newer ones replace older ones, until the client
 * has taken what was sent before. So a slow client costs a bounded buffer, and the last state always gets through.
 */
export class LiveStream extends Readable {
  readonly #source: LiveSource;
  readonly #heartbeat: NodeJS.Timeout;
  #wants = false;
  #isEnded = false;
  #tookAtMs = performance.now();

  constructor(source: LiveSource) {
    super({ highWaterMark: HIGH_WATER_BYTES });
    this.#source = source;
    this.push(`retry: ${RECONNECT_MS}\n\n`);
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  /** Says that the source may have news. */
  offer(): void {
    if (!this.#wants || this.#isEnded || this.destroyed) return;
    const text = this.#source.take();
    if (text === null) return;
    this.#wants = false;
    this.push(text);
  }

  /** Ends the stream after what is still to be told. */
  end(): void {
    if (this.#isEnded || this.destroyed) return;
    this.offer();
    this.#isEnded = true;
    this.push(null);
  }

  override _read(): void {
    this.#wants = true;
    this.#tookAtMs = performance.now();
    this.offer();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearInterval(this.#heartbeat);
    this.#source.close();
    callback(error);
  }

  /** A comment keeps proxies from closing a quiet connection, and finds out that a client is gone. */
  #beat(): void {
    if (this.#isEnded) return;
    if (this.#wants) {
      this.#wants = false;
      this.push(': still here\n\n');
    } else if (performance.now() - this.#tookAtMs > STALLED_MS) this.destroy();
  }
}
