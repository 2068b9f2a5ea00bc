import type { EventArgument, ExtractedEvent } from '../../../domain/result.ts';
import type { Range } from '../text-outline.ts';
import type { Chunk } from './chunk-text.ts';

/** The events found in one chunk. */
export interface ChunkEvents {
  readonly chunk: Chunk;
  readonly events: readonly ExtractedEvent[];
}

/**
 * The events of a document from those of its chunks, in the order of the text, numbered from `e1`. Where chunks overlap, each
 * counts for its own part; what only the neighbour saw there is added. No two events have the same type and trigger.
 */
export function mergeChunks(chunks: readonly ChunkEvents[]): ExtractedEvent[] {
  const inOrder = [...chunks].sort((a, b) => a.chunk.start - b.chunk.start || a.chunk.end - b.chunk.end);
  const found = inOrder.flatMap(({ chunk, events }, index) =>
    events.map((event) => ({ event: withChunk(event, index), isOwn: isIn(chunk.own, event) })),
  );
  const own = withoutRepeats(found.filter(({ isOwn }) => isOwn).map(({ event }) => event));
  const seenByOwner = new Occupied(own);
  const others = withoutRepeats(found.filter(({ isOwn }) => !isOwn).map(({ event }) => event));
  const events = [...own, ...others.filter((event) => !seenByOwner.touches(event))];
  return events
    .sort((a, b) => a.trigger.start_char - b.trigger.start_char || a.trigger.end_char - b.trigger.end_char)
    .map((event, index) => ({ ...event, event_id: `e${index + 1}` }));
}

function withChunk(event: ExtractedEvent, index: number): ExtractedEvent {
  return { ...event, metadata: { ...event.metadata, source_chunk_index: index } };
}

function isIn({ start, end }: Range, { trigger }: ExtractedEvent): boolean {
  return start <= trigger.start_char && trigger.start_char < end;
}

/** Claims of one event that were made twice become one, with the arguments of both. */
function withoutRepeats(events: readonly ExtractedEvent[]): ExtractedEvent[] {
  const byTrigger = new Map<string, ExtractedEvent>();
  for (const event of events) {
    const key = `${event.event_type} ${event.trigger.start_char} ${event.trigger.end_char}`;
    const known = byTrigger.get(key);
    byTrigger.set(key, known === undefined ? event : { ...known, arguments: joinArguments(known, event) });
  }
  return [...byTrigger.values()];
}

function joinArguments(a: ExtractedEvent, b: ExtractedEvent): EventArgument[] {
  const keyOf = ({ argument_role, entity }: EventArgument) =>
    `${argument_role} ${entity.start_char} ${entity.end_char}`;
  const known = new Set(a.arguments.map(keyOf));
  return [...a.arguments, ...b.arguments.filter((argument) => !known.has(keyOf(argument)))];
}

/** The stretches of text that are triggers already. */
class Occupied {
  readonly #positions = new Set<number>();

  constructor(events: readonly ExtractedEvent[]) {
    for (const { trigger } of events) for (const position of positionsOf(trigger)) this.#positions.add(position);
  }

  touches({ trigger }: ExtractedEvent): boolean {
    return positionsOf(trigger).some((position) => this.#positions.has(position));
  }
}

function positionsOf({ start_char, end_char }: ExtractedEvent['trigger']): number[] {
  return Array.from({ length: end_char - start_char }, (_, i) => start_char + i);
}
