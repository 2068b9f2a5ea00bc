import { useEffect, useRef, useState } from 'preact/hooks';
import type { DocumentResult, ExtractedEntity, ExtractedEvent, SoaTriplet } from '../../../pawl/src/domain/result.ts';
import { count } from '../format/quantity.ts';
import { words } from '../format/words.ts';
import { LAYERS, type Layer } from './marks.ts';

interface FindingListsProps {
  readonly result: DocumentResult;
  readonly selected: string | null;
  readonly onPick: (item: string | null, atChar: number) => void;
}

/** Everything that was found, as lists; picking an entry shows it in the text. */
export function FindingLists({ result, selected, onPick }: FindingListsProps) {
  const [shown, setShown] = useState<Layer>('events');
  useEffect(() => {
    const layer = LAYERS.find((name) => selected?.startsWith(SINGULAR[name]));
    if (layer !== undefined) setShown(layer);
  }, [selected]);
  const counts = {
    entities: result.extracted_entities.length,
    events: result.events.length,
    triplets: result.extracted_soa_triplets.length,
  };
  const entry = { selected, onPick };
  return (
    <section class="card findings" aria-label="Findings">
      <div class="choices">
        {(['events', 'entities', 'triplets'] as const).map((layer) => (
          <button key={layer} type="button" aria-pressed={layer === shown} onClick={() => setShown(layer)}>
            {layer} <span class="count">{count(counts[layer])}</span>
          </button>
        ))}
      </div>
      {counts[shown] === 0 && <p class="muted">There are no {shown} in this text.</p>}
      <ul class="finding-list">
        {shown === 'events' &&
          result.events.map((event, i) => (
            <EventEntry key={event.event_id} {...entry} item={`event:${i}`} event={event} />
          ))}
        {shown === 'entities' &&
          result.extracted_entities.map((entity, i) => (
            <EntityEntry key={`${i} ${entity.text}`} {...entry} item={`entity:${i}`} entity={entity} />
          ))}
        {shown === 'triplets' &&
          result.extracted_soa_triplets.map((triplet, i) => (
            <TripletEntry key={`${i} ${triplet.sentence}`} {...entry} item={`triplet:${i}`} triplet={triplet} />
          ))}
      </ul>
    </section>
  );
}

const SINGULAR = { entities: 'entity', events: 'event', triplets: 'triplet' } as const satisfies Record<Layer, string>;

interface EntryProps {
  readonly item: string;
  readonly selected: string | null;
  readonly onPick: (item: string | null, atChar: number) => void;
}

function EventEntry({ event, ...entry }: EntryProps & { readonly event: ExtractedEvent }) {
  const { event_type: type, trigger, arguments: args, domain, temporal_reference: time, metadata } = event;
  return (
    <Entry {...entry} atChar={trigger.start_char}>
      <span class="finding-type">{words(type)}</span>
      <strong>{trigger.text}</strong>
      <Confidence value={metadata.confidence} />
      <span class="finding-arguments">
        {args.map(({ argument_role: role, entity }) => (
          <span key={`${role} ${entity.start_char}`}>
            <em>{words(role)}</em> {entity.text}
          </span>
        ))}
      </span>
      <span class="muted">
        {[words(domain), metadata.sentiment, time, metadata.causality].filter((part) => part !== null).join(' · ')}
      </span>
    </Entry>
  );
}

function EntityEntry({ entity, ...entry }: EntryProps & { readonly entity: ExtractedEntity }) {
  const { text, type, normalized_form: form, confidence, start_char: start } = entity;
  return (
    <Entry {...entry} atChar={start}>
      <span class="entity-type" data-type={type}>
        {type}
      </span>
      <strong>{text}</strong>
      <Confidence value={confidence} />
      {form !== undefined && form !== text && <span class="muted">{form}</span>}
    </Entry>
  );
}

function TripletEntry({
  triplet: { subject, action, object, confidence },
  ...entry
}: EntryProps & { readonly triplet: SoaTriplet }) {
  return (
    <Entry {...entry} atChar={subject.start_char}>
      <span class="finding-arguments">
        <span>{subject.text}</span> <strong>{action.text}</strong> <span>{object.text}</span>
      </span>
      <Confidence value={confidence} />
    </Entry>
  );
}

function Entry({
  item,
  selected,
  onPick,
  atChar,
  children,
}: EntryProps & { readonly atChar: number; readonly children: preact.ComponentChildren }) {
  const isSelected = item === selected;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isSelected) button.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  return (
    <li>
      <button
        ref={button}
        type="button"
        class="finding"
        aria-pressed={isSelected}
        onClick={() => onPick(isSelected ? null : item, atChar)}
      >
        {children}
      </button>
    </li>
  );
}

function Confidence({ value }: { value: number }) {
  return (
    <span class="confidence" title="Confidence">
      {Math.round(value * 100)}%
    </span>
  );
}
