/** One event of a stream of server-sent events (WHATWG HTML, 9.2); `data` is JSON, which has no raw line breaks. */
export function eventText(event: string, id: string | null, data: string): string {
  const idLine = id === null ? '' : `id: ${id}\n`;
  return `event: ${event}\n${idLine}data: ${data}\n\n`;
}
