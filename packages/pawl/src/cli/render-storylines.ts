import type { LinkExplanation } from '../storylines/explain-link.ts';
import type { StorylineDetail, StorylineEvent } from '../storylines/read-storylines.ts';
import type { Storyline } from '../storylines/storyline.ts';
import { count, counted } from './terminal/quantity.ts';
import type { Style } from './terminal/style.ts';
import { terminalText } from './terminal/terminal-text.ts';
import { textTable } from './terminal/text-table.ts';

const TITLE_COLUMNS = 64;
const SENTENCE_COLUMNS = 160;
const NAMES_SHOWN = 5;
const MISSING_COLUMNS = 300;

/** What storylines lack of what models were to give, and what brings it. */
export function missingText(missing: string): string {
  return `without ${terminalText(missing, MISSING_COLUMNS)}: pawl link tries again`;
}

/** A line for each storyline. */
export function storylineTable(storylines: readonly Storyline[], style: Style): string[] {
  const head = ['storyline', 'documents', 'events', 'from', 'to', 'title'].map((name) => style.dim(name));
  return textTable([head, ...storylines.map((storyline) => storylineRow(storyline, style))], [1, 2]);
}

function storylineRow(storyline: Storyline, style: Style): string[] {
  const { storyline_id, document_ids, event_ids, temporal_span: span, title } = storyline;
  return [
    style.cyan(terminalText(storyline_id)),
    count(document_ids.length),
    count(event_ids.length),
    span?.start ?? '',
    span?.end ?? '',
    terminalText(title, TITLE_COLUMNS),
  ];
}

/** A storyline as a timeline: its days, and under each what happened. */
export function storylineTimeline({ storyline, events, linkages }: StorylineDetail, style: Style): string[] {
  const { primary_entities: names, summary, summary_by, extracted, confidence, document_ids } = storyline;
  const who = names.slice(0, NAMES_SHOWN).map(({ name, documents }) => `${terminalText(name)} (${count(documents)})`);
  return [
    style.bold(terminalText(storyline.title)),
    style.dim(
      `${storyline.storyline_id} · ${counted(document_ids.length, 'document')}, ${counted(events.length, 'event')}, ` +
        `${counted(linkages.length, 'link')} · confidence ${confidence.toFixed(2)}`,
    ),
    '',
    terminalText(summary),
    ...(summary_by === undefined ? [] : [style.dim(`written by ${terminalText(summary_by)}`)]),
    ...(extracted === undefined
      ? []
      : ['', style.dim(`in the words of its documents: ${terminalText(extracted.summary)}`)]),
    ...(who.length === 0 ? [] : ['', `${style.dim('who')}  ${who.join(' · ')}`]),
    '',
    ...timeline(events, new Set(storyline.key_events.map(({ event_id }) => event_id)), style),
  ];
}

function timeline(events: readonly StorylineEvent[], keys: ReadonlySet<string>, style: Style): string[] {
  const lines: string[] = [];
  let before: string | null | undefined;
  for (const event of events) {
    if (event.date !== before) lines.push(style.cyan(event.date ?? 'no date'));
    before = event.date;
    const mark = keys.has(event.event_id) ? style.yellow('●') : '│';
    const type = terminalText(event.event_type.replaceAll('_', ' '));
    lines.push(`  ${mark} ${style.bold(type)}  ${terminalText(event.sentence, SENTENCE_COLUMNS)}`);
    lines.push(`  │   ${style.dim(`${terminalText(event.event_id)} in ${terminalText(event.document_id)}`)}`);
  }
  return lines;
}

/** The evidence of a link, line by line, and what it adds up to. */
export function explanationLines(what: string, { score, bias, evidence }: LinkExplanation, style: Style): string[] {
  const rows = evidence.map(({ evidence: name, value, weight, adds }) => [
    `  ${name.replaceAll('_', ' ')}`,
    value.toFixed(3),
    style.dim(`× ${weight.toFixed(3)}`),
    adds < 0 ? style.red(adds.toFixed(3)) : `+${adds.toFixed(3)}`,
  ]);
  const sum = evidence.reduce((total, { adds }) => total + adds, bias);
  return [
    style.bold(`${what}: ${(100 * score).toFixed(1)}% likely`),
    ...textTable(
      [
        ['  nothing in common', '', '', bias.toFixed(3)],
        ...rows,
        [style.dim('  log-odds'), '', '', style.bold(sum.toFixed(3))],
      ],
      [1, 2, 3],
    ),
  ];
}
