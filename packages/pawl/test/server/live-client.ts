/** One server-sent event. */
export interface LiveEvent {
  readonly event: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

/** Reads a stream of server-sent events until `isLast`, or the end of the stream. */
export async function readEvents(
  url: string,
  isLast: (event: LiveEvent) => boolean,
  headers: Record<string, string> = {},
): Promise<LiveEvent[]> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  if (response.status !== 200 || response.body === null) throw new Error(`${url}: ${response.status}`);
  const events: LiveEvent[] = [];
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const event = parseEvent(part);
      if (event === null) continue;
      events.push(event);
      if (!isLast(event)) continue;
      abort.abort();
      return events;
    }
  }
  return events;
}

function parseEvent(text: string): LiveEvent | null {
  const fields = new Map(
    text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const [event, id, data] = [fields.get('event'), fields.get('id'), fields.get('data')];
  return event === undefined || data === undefined ? null : { event, id: id ?? '', data: JSON.parse(data) };
}
