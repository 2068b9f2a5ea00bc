import type { EventSketch } from './event-sketch.ts';

/** Markers before which the effect stands, and behind which its cause. */
const CAUSE_BEHIND =
  /^(?:as a (?:result|consequence) of|in (?:response to|retaliation for|the wake of)|on account of|because(?: of)?|due to|owing to|thanks to|(?:caused|sparked|triggered|prompted) by|after)$/i;

/** Cause and effect of two events of one sentence. */
export interface CausalPair {
  readonly cause: number;
  readonly effect: number;
  readonly marker: string;
}

/**
 * Reads the marker of a sentence: the event next to it on either side are cause and effect, which way round the marker says
 * ("fled because of the bombing", "the bombing led to a flight").
 * @param events of one sentence, each with its number
 */
export function causalPair(
  events: readonly { readonly number: number; readonly event: EventSketch }[],
): CausalPair | null {
  const [first] = events;
  const marker = first?.event.causality ?? null;
  if (first === undefined || marker === null) return null;
  const at = first.event.sentence.indexOf(marker);
  if (at < 0) return null;
  const inOrder = events.toSorted((a, b) => a.event.triggerAt - b.event.triggerAt);
  const before = inOrder.findLast(({ event }) => event.triggerAt < at);
  const behind = inOrder.find(({ event }) => event.triggerAt > at);
  if (behind === undefined) return null;
  if (at === 0 || before === undefined) return leadingCause(inOrder, marker);
  return CAUSE_BEHIND.test(marker)
    ? { cause: behind.number, effect: before.number, marker }
    : { cause: before.number, effect: behind.number, marker };
}

/** "Because of the bombing, many fled": the cause comes first. */
function leadingCause(inOrder: readonly { readonly number: number }[], marker: string): CausalPair | null {
  const [cause, effect] = inOrder;
  if (cause === undefined || effect === undefined || !CAUSE_BEHIND.test(marker)) return null;
  return { cause: cause.number, effect: effect.number, marker };
}
