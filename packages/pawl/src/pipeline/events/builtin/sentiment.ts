import type { Token } from '@pawl/nlp';
import type { Sentiment } from '../../../domain/taxonomy.ts';

const POSITIVE = new Set(
  `peace agree agreement success successful win victory celebrate welcome praise support help improve improvement gain growth recover recovery
  rescue save safe free release hope hopeful benefit good great happy honor honour award achieve breakthrough progress cooperation aid
  prosper thrive relief survive survivor applaud congratulate reward`.split(/\s+/),
);
const NEGATIVE = new Set(
  `kill die death dead attack bomb bombing war violence violent crisis disaster injure injury wound victim destroy destruction
  collapse crash fire fail failure fear threat threaten condemn criticize criticise accuse arrest murder terror terrorist hostage protest
  riot loss lose damage suffer fatal bad worse worst crime corrupt corruption fraud ban sanction explosion shoot shooting illegal
  guilty outbreak epidemic pandemic infect flood earthquake layoff decline deny reject oust abuse`.split(/\s+/),
);
const NEGATIONS = new Set(['not', "n't", 'no', 'never', 'without', 'hardly']);
/** A negation reaches this many words ahead. */
const NEGATION_REACH = 3;

/** The tone of a sentence by its words; a negated word counts for the other side. */
export function sentimentOf(tokens: readonly Token[]): Sentiment {
  let positive = 0;
  let negative = 0;
  tokens.forEach((token, index) => {
    const lemma = token.lemma.toLowerCase();
    const isPositive = POSITIVE.has(lemma);
    if (!isPositive && !NEGATIVE.has(lemma)) return;
    const before = tokens.slice(Math.max(0, index - NEGATION_REACH), index);
    const isNegated = before.some(({ text }) => NEGATIONS.has(text.toLowerCase()));
    if (isPositive !== isNegated) positive += 1;
    else negative += 1;
  });
  if (positive === 0 && negative === 0) return 'neutral';
  if (positive > 2 * negative) return 'positive';
  return negative > 2 * positive ? 'negative' : 'mixed';
}
