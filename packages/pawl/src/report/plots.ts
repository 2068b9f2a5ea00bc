import { type Html, html } from './html-text.ts';

const WIDTH = 720;
const HEIGHT = 200;
const AXIS = 24;
const BAR_HEIGHT = 22;
const LABEL_WIDTH = 230;
const VALUE_WIDTH = 70;
const LABEL_CHARACTERS = 34;

/** Bars side by side, each the sum of its parts; the first part is at the bottom. */
export interface StackedBar {
  /** Shown when the pointer rests on the bar. */
  readonly title: string;
  readonly parts: readonly { readonly kind: 'good' | 'bad'; readonly value: number }[];
}

/** Upright bars over a common axis, whose ends are named. */
export function barPlot(
  bars: readonly StackedBar[],
  axis: { readonly from: string; readonly to: string; readonly top: string },
): Html {
  const highest = Math.max(1, ...bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0)));
  const width = WIDTH / Math.max(1, bars.length);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT + AXIS}" role="img">
<line class="axis" x1="0" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}"/>
${bars.map((bar, i) => stackedBar(bar, i * width, Math.max(width - 1, width * 0.8), HEIGHT / highest))}
<text x="0" y="12">${axis.top}</text>
<text x="0" y="${HEIGHT + 17}">${axis.from}</text>
<text x="${WIDTH}" y="${HEIGHT + 17}" text-anchor="end">${axis.to}</text>
</svg>`;
}

/** Lying bars with names, for counts of things that have no order of their own. */
export function rowPlot(
  rows: readonly { readonly name: string; readonly count: number }[],
  kind: 'good' | 'bad',
): Html {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const room = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
  return html`<svg viewBox="0 0 ${WIDTH} ${Math.max(1, rows.length) * BAR_HEIGHT}" role="img">
${rows.map(({ name, count }, i) => {
  const length = round((count / most) * room);
  const middle = i * BAR_HEIGHT + 15;
  return html`<text x="${LABEL_WIDTH - 8}" y="${middle}" text-anchor="end">${clip(name)}</text><rect class="${kind}" x="${LABEL_WIDTH}" y="${i * BAR_HEIGHT + 3}" width="${length}" height="${BAR_HEIGHT - 6}"/><text x="${round(LABEL_WIDTH + length + 6)}" y="${middle}">${count.toLocaleString('en-US')}</text>
`;
})}</svg>`;
}

function stackedBar({ title, parts }: StackedBar, x: number, width: number, unit: number): Html {
  let y = HEIGHT;
  const rectangles = parts
    .filter(({ value }) => value > 0)
    .map(({ kind, value }) => {
      y -= value * unit;
      return html`<rect class="${kind}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(value * unit)}"/>`;
    });
  return rectangles.length === 0
    ? html``
    : html`<g><title>${title}</title>${rectangles}</g>
`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function clip(name: string): string {
  const characters = [...name];
  return characters.length <= LABEL_CHARACTERS ? name : `${characters.slice(0, LABEL_CHARACTERS - 1).join('')}…`;
}
