import type { Entity } from '../../document.ts';
import { type DayNumber, parseDay } from './calendar.ts';
import { DATE_RULES } from './date-rules.ts';
import { LEAD_WORDS, RELATIVE_RULES, resolveYear } from './relative-rules.ts';
import type { TemporalRule } from './temporal-rule.ts';
import { TIME_RULES } from './time-rules.ts';

const RULES: readonly TemporalRule[] = [...DATE_RULES, ...TIME_RULES, ...RELATIVE_RULES];

function* matchRule(text: string, rule: TemporalRule, today: DayNumber | undefined): Generator<Entity> {
  for (const match of text.matchAll(rule.pattern)) {
    const value = rule.normalize(match.groups ?? {}, today);
    if (value === false) continue;
    const start = match.index + (LEAD_WORDS.exec(match[0])?.[0].length ?? 0);
    const end = match.index + match[0].length;
    const entity = { text: text.slice(start, end), type: rule.type, start, end, confidence: rule.confidence };
    yield value === undefined ? entity : { ...entity, normalizedForm: resolveYear(value, today) };
  }
}

/**
 * Finds dates and times, normalised to ISO 8601 where they have a definite value. They may overlap.
 * @param documentDate ISO 8601; what "yesterday" counts from. Without it relative dates have no value.
 */
export function findTemporal(text: string, documentDate: string | undefined): Entity[] {
  const today = parseDay(documentDate);
  return RULES.flatMap((rule) => [...matchRule(text, rule, today)]);
}
