import type { Entity } from '../../document.ts';
import { type DayNumber, parseDay } from './calendar.ts';
import { DATE_RULES } from './date-rules.ts';
import { LEAD_WORDS, RELATIVE_RULES, resolveYear } from './relative-rules.ts';
import type { TemporalRule } from './temporal-rule.ts';
import { TIME_RULES } from './time-rules.ts';

const RULES: readonly TemporalRule[] = [...DATE_RULES, ...TIME_RULES, ...RELATIVE_RULES];

/** Where no temporal expression goes across: after a sentence's last full word, before a capital; at an empty line. */
const BREAK = /(?<=[a-z]{3}[.!?]["')]?)\s{1,4}(?=[A-Z])|\n\n/g;
const MIN_STRETCH_UNITS = 160;

/** Cuts a text at breaks into stretches, so that most rules can be ruled out for most of them. */
function* stretches(text: string): Generator<{ start: number; end: number }> {
  let start = 0;
  for (const { index } of text.matchAll(BREAK)) {
    if (index - start < MIN_STRETCH_UNITS) continue;
    yield { start, end: index };
    start = index;
  }
  yield { start, end: text.length };
}

function* matchRule(text: string, offset: number, rule: TemporalRule, today: DayNumber | undefined): Generator<Entity> {
  for (const match of text.matchAll(rule.pattern)) {
    const value = rule.normalize(match.groups ?? {}, today);
    if (value === false) continue;
    const lead = LEAD_WORDS.exec(match[0])?.[0].length ?? 0;
    const found = match[0].slice(lead);
    const start = offset + match.index + lead;
    const entity = { text: found, type: rule.type, start, end: start + found.length, confidence: rule.confidence };
    yield value === undefined ? entity : { ...entity, normalizedForm: resolveYear(value, today) };
  }
}

/**
 * Finds dates and times, normalised to ISO 8601 where they have a definite value. They may overlap.
 * @param documentDate ISO 8601; what "yesterday" counts from. Without it relative dates have no value.
 */
export function findTemporal(text: string, documentDate: string | undefined): Entity[] {
  const today = parseDay(documentDate);
  const found: Entity[] = [];
  for (const { start, end } of stretches(text)) {
    const stretch = text.slice(start, end);
    for (const rule of RULES) {
      if (!rule.trigger.test(stretch)) continue;
      for (const entity of matchRule(stretch, start, rule, today)) found.push(entity);
    }
  }
  return found;
}
