import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { rounded } from '../format/quantity.ts';
import { clockTime, dateTime } from '../format/time.ts';
import { isDark } from '../shell/theme.ts';

export interface PlotLine {
  readonly label: string;
  /** The name of a colour of the page, such as `--plot-1`. */
  readonly color: string;
  /** Parallel to the times; null where there is nothing to draw. */
  readonly values: readonly (number | null)[];
  readonly filled?: boolean;
}

interface TimePlotProps {
  readonly title: string;
  /** What the values are, such as `docs/min`. */
  readonly unit: string;
  /** Milliseconds since the epoch, growing: a value holds from its time to the next. */
  readonly timesMs: readonly number[];
  readonly lines: readonly PlotLine[];
}

const HEIGHT = 190;
/** What was done in an interval holds for the whole of it. */
const STEPS = uPlot.paths.stepped?.({ align: 1 });

/** Lines over time. The plot is a picture for the eye; what it says stands beside it in words for everyone else. */
export function TimePlot({ title, unit, timesMs, lines }: TimePlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shape = `${lines.map(({ label }) => label).join('|')} ${isDark.value}`;
  const data = [timesMs.map((ms) => ms / 1000), ...lines.map(({ values }) => [...values])] as uPlot.AlignedData;

  // Drawn anew when lines or colours change, else given new data below
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const drawn = new uPlot(options(element, unit, lines), data, element);
    plot.current = drawn;
    const resizing = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT }));
    resizing.observe(element);
    return () => {
      resizing.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [shape, unit]);
  useEffect(() => plot.current?.setData(data));

  return (
    <figure class="plot" aria-label={`${title}: ${summary(lines, unit)}`}>
      <figcaption>
        <h2>{title}</h2>
        <ul class="plot-legend">
          {lines.map(({ label, color, values }) => (
            <li key={label}>
              <span class="plot-swatch" style={{ background: `var(${color})` }} />
              {label} <strong>{latest(values)}</strong> {unit}
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={place} class="plot-canvas" aria-hidden="true" />
    </figure>
  );
}

function options(element: HTMLElement, unit: string, lines: readonly PlotLine[]): uPlot.Options {
  const color = (name: string) => resolveColor(element, name);
  const axis = { stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } };
  const font = '12px system-ui, sans-serif';
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      {
        ...axis,
        font,
        size: 30,
        space: 70,
        values: (_, ticks, __, ___, stepSeconds) => ticks.map(timeLabel(stepSeconds)),
      },
      {
        ...axis,
        font,
        size: 56,
        values: (_, ticks) => ticks.map((tick) => rounded(tick)),
        label: unit,
        labelSize: 16,
        labelFont: font,
      },
    ],
    series: [
      {},
      ...lines.map(({ label, color: name, filled }) => ({
        label,
        stroke: color(name),
        width: 2,
        points: { show: false },
        spanGaps: true,
        ...(STEPS === undefined ? {} : { paths: STEPS }),
        ...(filled ? { fill: withAlpha(color(name)) } : {}),
      })),
    ],
  };
}

/** As exact as the steps between the ticks. */
function timeLabel(stepSeconds: number): (seconds: number) => string {
  if (stepSeconds >= 86_400) return (seconds) => dateTime(seconds * 1000).slice(5, 10);
  if (stepSeconds >= 60) return (seconds) => clockTime(seconds * 1000).slice(0, 5);
  if (stepSeconds >= 1) return (seconds) => clockTime(seconds * 1000);
  return (seconds) => `${clockTime(seconds * 1000)}${(seconds % 1).toFixed(1).slice(1)}`;
}

/** A canvas knows no custom properties: what the browser makes of one is read off an element. */
function resolveColor(element: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function withAlpha(color: string): string {
  return `color-mix(in srgb, ${color} 18%, transparent)`;
}

function latest(values: readonly (number | null)[]): string {
  const value = values.findLast((given) => given !== null);
  return value === undefined || value === null ? '–' : rounded(value);
}

function summary(lines: readonly PlotLine[], unit: string): string {
  return lines.map(({ label, values }) => `${label} ${latest(values)} ${unit}`).join(', ');
}
