import { escapeXml, textWidth } from './svg-text.ts';
import { type Arc, type DrawnToken, layOutArcs, placeWords } from './tree-layout.ts';

const WORD_SIZE = 15;
const SMALL_SIZE = 11;
const WORD_GAP = 18;
/** Between the level of one arc and the next; holds a label. */
const LEVEL_HEIGHT = 22;
const CORNER = 8;
/** Arcs leave a word this far beside its middle, and come in at the middle. */
const LEAVING = 5;
const MARGIN = 12;
const ARROW = 4;
/** From the foot of the arcs to the words, and from there to the tags. */
const WORD_DROP = 18;
const TAG_DROP = 16;

interface Drawing {
  readonly tokens: readonly DrawnToken[];
  readonly arcs: readonly Arc[];
  /** Middle of each word. */
  readonly middles: readonly number[];
  readonly width: number;
  readonly height: number;
  /** Where the arcs stand. */
  readonly foot: number;
}

/**
 * A sentence's dependency tree as an SVG element: words with their universal tags, an arrow from each head to its
 * dependents, labels as they stand. Lines and text take the colour around them (`currentColor`). Any text is escaped; title
 * and description say in words what is drawn. No ids: several drawings can stand in one page.
 */
export function renderDependencyTree({ tokens }: { readonly tokens: readonly DrawnToken[] }): string {
  const drawing = layOut(tokens);
  const { width, height } = drawing;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" text-anchor="middle" fill="currentColor">`,
    `<title>${escapeXml(`Dependency tree: ${tokens.map(({ text }) => text).join(' ')}`)}</title>`,
    `<desc>${escapeXml(describe(tokens))}</desc>`,
    ...drawing.arcs.map((arc) => drawArc(drawing, arc)),
    ...tokens.flatMap((_, i) => [drawRoot(drawing, i), drawWord(drawing, i)]),
    '</svg>',
  ].join('');
}

function layOut(tokens: readonly DrawnToken[]): Drawing {
  const arcs = layOutArcs(tokens);
  const widths = tokens.map(({ text, upos }) => Math.max(textWidth(text, WORD_SIZE), textWidth(upos, SMALL_SIZE)));
  const labelWidth = (label: string): number => textWidth(label, SMALL_SIZE) + 2 * CORNER + LEAVING;
  const middles = placeWords(widths, arcs, labelWidth, WORD_GAP).map((middle) => Math.round(middle) + MARGIN);
  const levels = arcs.reduce((most, { level }) => Math.max(most, level), 0);
  const foot = MARGIN + (levels + 1) * LEVEL_HEIGHT;
  return {
    tokens,
    arcs,
    middles,
    width: Math.ceil((middles.at(-1) ?? 0) + (widths.at(-1) ?? 0) / 2 + MARGIN),
    height: foot + WORD_DROP + TAG_DROP + MARGIN,
    foot,
  };
}

function drawArc({ middles, foot }: Drawing, { head, dependent, label, level }: Arc): string {
  const direction = head < dependent ? 1 : -1;
  const from = middles[head]! + direction * LEAVING;
  const to = middles[dependent]!;
  const top = foot - level * LEVEL_HEIGHT;
  const path = `M${from} ${foot}V${top + CORNER}q0 -${CORNER} ${direction * CORNER} -${CORNER}H${to - direction * CORNER}q${direction * CORNER} 0 ${direction * CORNER} ${CORNER}V${foot}`;
  return `<path d="${path}" fill="none" stroke="currentColor"/>${arrow(to, foot)}${labelAt((from + to) / 2, top, label)}`;
}

/** A word without a head of its own in the sentence hangs on nothing: an arrow from above. */
function drawRoot({ tokens, middles, foot }: Drawing, i: number): string {
  const { head, deprel } = tokens[i]!;
  if (tokens[head] !== undefined && head !== i) return '';
  const x = middles[i]!;
  const top = MARGIN + LEVEL_HEIGHT / 2;
  return `<path d="M${x} ${top}V${foot}" fill="none" stroke="currentColor"/>${arrow(x, foot)}${labelAt(x, top, deprel)}`;
}

function drawWord({ tokens, middles, foot }: Drawing, i: number): string {
  const { text, upos } = tokens[i]!;
  const word = `<text x="${middles[i]}" y="${foot + WORD_DROP}" font-size="${WORD_SIZE}">${escapeXml(text)}</text>`;
  const tagY = foot + WORD_DROP + TAG_DROP;
  return `${word}<text x="${middles[i]}" y="${tagY}" font-size="${SMALL_SIZE}" opacity="0.7">${escapeXml(upos)}</text>`;
}

const arrow = (x: number, y: number): string =>
  `<path d="M${x - ARROW} ${y - ARROW}h${2 * ARROW}L${x} ${y + ARROW}z"/>`;

const labelAt = (x: number, y: number, label: string): string =>
  `<text x="${x}" y="${y - 3}" font-size="${SMALL_SIZE}">${escapeXml(label)}</text>`;

/** `The: det of dog. dog: nsubj of barks. barks: root.` */
function describe(tokens: readonly DrawnToken[]): string {
  const lines = tokens.map(({ text, head, deprel }, i) => {
    const governor = head === i ? undefined : tokens[head];
    return governor === undefined ? `${text}: ${deprel}.` : `${text}: ${deprel} of ${governor.text}.`;
  });
  return lines.join(' ');
}
