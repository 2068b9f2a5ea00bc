import { useMemo } from 'preact/hooks';
import { type Arc, type ArcLayout, layoutArcs } from './arc-layout.ts';

export interface TreeToken {
  readonly text: string;
  readonly upos: string;
  readonly head: number;
  readonly deprel: string;
}

const LEVEL_HEIGHT = 26;
const TOP = 16;
const FOOT = 44;
const ARROW = 5;
const FONT = '15px system-ui, sans-serif';

/** The dependency tree of a sentence, drawn as arcs from heads to dependents. Said in words too, for those who do not see it. */
export function DependencyTree({ tokens }: { readonly tokens: readonly TreeToken[] }) {
  const layout = useMemo(() => layoutArcs(tokens, textWidth), [tokens]);
  const base = TOP + Math.max(1, layout.levels) * LEVEL_HEIGHT;
  return (
    // A scrolling region must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
    <section class="tree" tabIndex={0} aria-label="Arcs from heads to dependents">
      <svg width={layout.width} height={base + FOOT} role="img" aria-label={inWords(tokens)}>
        {layout.arcs.map((arc) => (
          <TreeArc key={arc.dependent} arc={arc} layout={layout} base={base} />
        ))}
        {layout.root !== null && <RootMark x={layout.words[layout.root]!.center} base={base} />}
        {tokens.map(({ text, upos }, i) => (
          <g key={`${i} ${text}`}>
            <text class="tree-word" x={layout.words[i]!.center} y={base + 18} text-anchor="middle">
              {text}
            </text>
            <text class="tree-upos" x={layout.words[i]!.center} y={base + 34} text-anchor="middle">
              {upos}
            </text>
          </g>
        ))}
      </svg>
    </section>
  );
}

function TreeArc({ arc, layout, base }: { arc: Arc; layout: ArcLayout; base: number }) {
  const head = layout.words[arc.head]!;
  const dependent = layout.words[arc.dependent]!;
  const towards = Math.sign(dependent.center - head.center);
  const from = head.center + towards * Math.min(8, head.width / 4);
  const to = dependent.center - towards * Math.min(3, dependent.width / 8);
  const top = base - arc.level * LEVEL_HEIGHT;
  const foot = base - 2;
  const bend = towards * Math.min(12, Math.abs(to - from) / 2);
  const path = `M${from},${foot} L${from},${top + 8} Q${from},${top} ${from + bend},${top} L${to - bend},${top} Q${to},${top} ${to},${top + 8} L${to},${foot}`;
  return (
    <g class="tree-arc">
      <path d={path} />
      <path
        class="tree-arrow"
        d={`M${to - ARROW},${foot - ARROW} L${to},${foot + 1} L${to + ARROW},${foot - ARROW} Z`}
      />
      <text x={(from + to) / 2} y={top - 3} text-anchor="middle">
        {arc.deprel}
      </text>
    </g>
  );
}

function RootMark({ x, base }: { x: number; base: number }) {
  return (
    <g class="tree-arc tree-root">
      <path d={`M${x},${base - 16} L${x},${base - 2}`} />
      <path
        class="tree-arrow"
        d={`M${x - ARROW},${base - 2 - ARROW} L${x},${base - 1} L${x + ARROW},${base - 2 - ARROW} Z`}
      />
    </g>
  );
}

function inWords(tokens: readonly TreeToken[]): string {
  return tokens
    .map(({ text, head, deprel }) =>
      head === -1 ? `${text} is the root` : `${text} is ${deprel} of ${tokens[head]?.text ?? 'nothing'}`,
    )
    .join('; ');
}

let canvas: CanvasRenderingContext2D | null = null;

/** The width of a word or of its label beneath, whichever is wider. */
function textWidth(text: string): number {
  canvas ??= document.createElement('canvas').getContext('2d');
  if (canvas === null) return text.length * 9;
  canvas.font = FONT;
  return Math.max(32, canvas.measureText(text).width);
}
