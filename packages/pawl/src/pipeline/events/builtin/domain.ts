import type { Document } from '@pawl/nlp';

/** Words that speak for a domain; lemmas. */
const CUES: Readonly<Record<string, string>> = {
  geopolitical_conflict:
    'war military troop army missile soldier militant rebel terrorist airstrike insurgent weapon defense frontline bomb bombing navy nuclear',
  diplomatic_relations:
    'diplomat diplomatic ambassador embassy treaty summit bilateral foreign sanction negotiation consulate delegation',
  economic_policy:
    'economy economic inflation tariff tax budget trade bank gdp deficit currency recession unemployment debt stimulus',
  domestic_policy:
    'parliament bill legislation government minister cabinet law congress senate welfare immigration curfew',
  elections_politics:
    'election vote voter candidate campaign party poll ballot referendum coalition electoral president',
  technology_innovation:
    'technology software internet computer satellite spacecraft robot ai data rocket launch nasa spacex device online app',
  social_movements:
    'protest protester demonstrator demonstration activist march rights strike union rally racism equality',
  environmental_climate:
    'climate environmental emission flood hurricane wildfire earthquake storm species pollution drought typhoon cyclone volcano',
  health_pandemic:
    'health virus coronavirus covid-19 pandemic disease hospital vaccine patient infection epidemic outbreak doctor quarantine',
  legal_judicial:
    'court judge trial lawsuit attorney prosecutor jury verdict convict sentence prison charge arrest police murder crime suspect',
  corporate_business:
    'company ceo shareholder merger acquisition firm profit revenue corporation startup airline product business investor factory',
  cultural_entertainment:
    'film movie music album actor actress singer festival museum award artist match tournament championship team player league game goal cup author novel',
};

/** The domain an event of a type belongs to when no words speak for another. */
const BY_TYPE: Readonly<Record<string, string>> = {
  conflict: 'geopolitical_conflict',
  contact: 'diplomatic_relations',
  justice: 'legal_judicial',
  life: 'legal_judicial',
  movement: 'domestic_policy',
  personnel: 'elections_politics',
  transaction: 'corporate_business',
  policy: 'domestic_policy',
  agreement: 'diplomatic_relations',
};

const DOMAINS_BY_CUE: ReadonlyMap<string, readonly string[]> = buildCueIndex();
/** What the document says is worth less than what the sentence says. */
const DOCUMENT_WEIGHT = 0.25;
const TYPE_WEIGHT = 1;

export type CueCounts = ReadonlyMap<string, number>;

/** How often words of each domain occur. */
export function countCues(lemmas: Iterable<string>): CueCounts {
  const counts = new Map<string, number>();
  for (const lemma of lemmas) {
    for (const domain of DOMAINS_BY_CUE.get(lemma.toLowerCase()) ?? [])
      counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return counts;
}

export function countDocumentCues({ sentences }: Document): CueCounts {
  return countCues(sentences.flatMap(({ tokens }) => tokens.map(({ lemma }) => lemma)));
}

/** The domain that type, sentence and document together speak for most, of those allowed; the first of them if none does. */
export function domainOf(
  eventType: string,
  sentence: CueCounts,
  document: CueCounts,
  allowed: readonly string[],
): string {
  const byType = BY_TYPE[eventType.split('_', 1)[0] ?? ''];
  let best = allowed[0] ?? '';
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const domain of allowed) {
    const said = (sentence.get(domain) ?? 0) + DOCUMENT_WEIGHT * Math.min(document.get(domain) ?? 0, 12);
    const score = said + (domain === byType ? TYPE_WEIGHT : 0);
    if (score > bestScore) [best, bestScore] = [domain, score];
  }
  return best;
}

function buildCueIndex(): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const [domain, words] of Object.entries(CUES)) {
    for (const word of words.split(' ')) index.set(word, [...(index.get(word) ?? []), domain]);
  }
  return index;
}
