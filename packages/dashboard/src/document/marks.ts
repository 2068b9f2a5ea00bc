import type { DocumentResult } from '../../../pawl/src/domain/result.ts';
import type { Mark } from './segments.ts';

/** What a mark is: each kind is drawn in a way of its own, so that all can lie over one another. */
export type MarkKind = 'entity' | 'trigger' | 'argument' | 'subject' | 'action' | 'object';

/** A finding at a place in the text. */
export interface Finding extends Mark {
  readonly kind: MarkKind;
  /** Its type or role, such as `PER`, `conflict_attack`, `agent`. */
  readonly label: string;
  /** What it belongs to: `entity:3`, `event:0`, `triplet:2`. */
  readonly item: string;
}

export const LAYERS = ['entities', 'events', 'triplets'] as const;
export type Layer = (typeof LAYERS)[number];

type Findings = Pick<DocumentResult, 'extracted_entities' | 'extracted_soa_triplets' | 'events'>;

interface Placed {
  readonly start_char: number;
  readonly end_char: number;
}

/** The places of a result in its text: those of the layers that are shown, and those of the item that is looked at. */
export function findingsOf(result: Findings, layers: ReadonlySet<Layer>, selected: string | null): Finding[] {
  const found: Readonly<Record<Layer, Finding[]>> = {
    entities: result.extracted_entities.map((entity, i) => finding('entity', entity.type, `entity:${i}`, entity)),
    events: result.events.flatMap(eventFindings),
    triplets: result.extracted_soa_triplets.flatMap(tripletFindings),
  };
  return LAYERS.flatMap((layer) =>
    layers.has(layer) ? found[layer] : found[layer].filter(({ item }) => item === selected),
  );
}

function eventFindings({ event_type, trigger, arguments: args }: Findings['events'][number], i: number): Finding[] {
  const item = `event:${i}`;
  return [
    finding('trigger', event_type, item, trigger),
    ...args.map(({ argument_role, entity }) => finding('argument', argument_role, item, entity)),
  ];
}

function tripletFindings(triplet: Findings['extracted_soa_triplets'][number], i: number): Finding[] {
  return (['subject', 'action', 'object'] as const).map((part) => finding(part, part, `triplet:${i}`, triplet[part]));
}

function finding(kind: MarkKind, label: string, item: string, { start_char, end_char }: Placed): Finding {
  return { kind, label, item, start: start_char, end: end_char };
}
