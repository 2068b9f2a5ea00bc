/** One event of a stream after the HTML standard's "server-sent events". */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
  /** The last id that the stream gave, for `Last-Event-ID`; empty when it gave none. */
  readonly id: string;
}

/**
 * Reads server-sent events from pieces of text, however they are cut. `EventSource` would do, but cannot send a bearer token.
 * Comments and `retry` are skipped; an event that the stream breaks off in is not given.
 */
export class EventStreamReader {
  #rest = '';
  #afterCarriageReturn = false;
  #event = '';
  #data: string[] = [];
  #id = '';

  /** Takes the next piece; gives the events that it completes. */
  push(piece: string): StreamEvent[] {
    let text = piece;
    if (this.#afterCarriageReturn && text.startsWith('\n')) text = text.slice(1);
    if (piece !== '') this.#afterCarriageReturn = piece.endsWith('\r');
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): StreamEvent[] {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return [];
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    return [];
  }

  #dispatch(): StreamEvent[] {
    const [event, data] = [this.#event, this.#data];
    this.#event = '';
    this.#data = [];
    return data.length === 0 ? [] : [{ event: event === '' ? 'message' : event, data: data.join('\n'), id: this.#id }];
  }
}
