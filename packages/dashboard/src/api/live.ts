import { signal } from '@preact/signals';
import { EventStreamReader, type StreamEvent } from './event-stream.ts';
import { ApiError, requestApi } from './http.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** The server says something every 15 s; a connection that is silent for longer than this is taken for dead. */
const LONGEST_SILENCE_MS = 40_000;

/** Whether live updates arrive: `off` while no page wants any. */
export type Connection = 'off' | 'connecting' | 'live' | 'lost';
export const connection = signal<Connection>('off');

/** Only the stream begun last speaks for the page: the one before it may end later. */
let latest = 0;

/**
 * Follows a stream of live updates until `signal` is aborted. When it breaks off it is taken up again after the last event seen,
 * with growing waits; only a refusal (no such batch, no right) ends it.
 */
export async function follow(path: string, onEvent: (event: StreamEvent) => void, signal: AbortSignal): Promise<void> {
  let lastId = '';
  let waitMs = FIRST_WAIT_MS;
  latest += 1;
  const stream = latest;
  const tell = (state: Connection) => {
    if (stream === latest) connection.value = state;
  };
  tell('connecting');
  while (!signal.aborted) {
    try {
      await readStream(
        path,
        lastId,
        signal,
        () => tell('live'),
        (event) => {
          lastId = event.id;
          waitMs = FIRST_WAIT_MS;
          onEvent(event);
        },
      );
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) break;
    }
    if (signal.aborted) break;
    tell('lost');
    await pause(waitMs, signal);
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
  }
  tell('off');
}

async function readStream(
  path: string,
  lastId: string,
  signal: AbortSignal,
  onOpen: () => void,
  onEvent: (event: StreamEvent) => void,
): Promise<void> {
  using watch = new SilenceWatch(signal);
  const headers = { accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) };
  const response = await requestApi(path, { headers, signal: watch.signal });
  onOpen();
  const events = new EventStreamReader();
  const pieces = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await pieces?.read(); piece?.value !== undefined; piece = await pieces?.read()) {
    watch.heard();
    for (const event of events.push(piece.value)) onEvent(event);
  }
}

/** Aborts its signal with another one, or after a long silence. */
class SilenceWatch implements Disposable {
  readonly #silent = new AbortController();
  readonly signal: AbortSignal;
  #timer = setTimeout(() => this.#silent.abort(), LONGEST_SILENCE_MS);

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#silent.signal]);
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silent.abort(), LONGEST_SILENCE_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** Waits, or less long when the browser is online again or the wait is not needed any more. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    }
    addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}
