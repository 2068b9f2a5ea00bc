import { useMemo } from 'preact/hooks';
import { words } from '../format/words.ts';
import type { Finding } from './marks.ts';
import { type Segment, segmentText } from './segments.ts';

interface AnnotatedTextProps {
  readonly text: string;
  readonly findings: readonly Finding[];
  /** The finding that is looked at, such as `event:0`; null for none. */
  readonly selected: string | null;
  /** Told what lies under a click: what it belongs to, if anything, and where. */
  readonly onPick: (item: string | null, atChar: number) => void;
}

/**
 * The text with what was found in it, in place. The text only ever becomes text nodes. Labels stand in attributes, so that copying
 * gives the text and nothing else. What can be clicked here can be reached by keyboard in the lists beside it.
 */
export function AnnotatedText({ text, findings, selected, onPick }: AnnotatedTextProps) {
  const segments = useMemo(() => segmentText(text.length, findings), [text, findings]);
  const pick = (event: MouseEvent) => {
    const start = event.target instanceof HTMLElement ? event.target.dataset.start : undefined;
    if (start === undefined) return;
    const segment = segments.find((candidate) => candidate.start === Number(start));
    onPick(segment === undefined ? null : itemOf(segment, selected), Number(start));
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the lists beside the text do the same by keyboard
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <div class="annotated" onClick={pick}>
      {segments.map((segment) => (
        <TextSegment key={segment.start} text={text} segment={segment} selected={selected} />
      ))}
    </div>
  );
}

interface TextSegmentProps {
  readonly text: string;
  readonly segment: Segment<Finding>;
  readonly selected: string | null;
}

function TextSegment({ text, segment: { start, end, marks }, selected }: TextSegmentProps) {
  const words_ = text.slice(start, end);
  if (marks.length === 0) return <span data-start={start}>{words_}</span>;
  const entity = marks.find(({ kind }) => kind === 'entity');
  const chosen = marks.find(({ item }) => item === selected);
  const classes = [
    'mark',
    ...new Set(marks.map(({ kind }) => `mark-${kind}`)),
    ...(chosen === undefined ? [] : ['mark-chosen']),
  ];
  return (
    <mark
      class={classes.join(' ')}
      data-start={start}
      data-type={entity?.label}
      data-label={endLabel(end, entity)}
      data-role={
        chosen !== undefined && chosen.kind !== 'entity' && chosen.start === start ? words(chosen.label) : undefined
      }
      title={marks.map(({ label }) => words(label)).join(', ')}
    >
      {words_}
    </mark>
  );
}

/** An entity's type stands behind its last letter. */
function endLabel(end: number, entity: Finding | undefined): string | undefined {
  return entity !== undefined && entity.end === end ? entity.label : undefined;
}

/** What a click on a segment means: the event before the entity before the triplet; again, the next one. */
function itemOf({ marks }: Segment<Finding>, selected: string | null): string | null {
  const order = ['trigger', 'entity', 'argument', 'action', 'subject', 'object'];
  const items = [
    ...new Set([...marks].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).map(({ item }) => item)),
  ];
  const next = selected === null ? 0 : items.indexOf(selected) + 1;
  return items[next % Math.max(1, items.length)] ?? null;
}
