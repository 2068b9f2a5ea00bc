/** What events are called: types, roles, domains. Data: a user can give their own (docs/EVENTS.md). */
export interface Taxonomy {
  readonly eventTypes: readonly string[];
  readonly roles: readonly string[];
  readonly domains: readonly string[];
  /** What names stand for, in a few words for whoever extracts; names that speak for themselves have none. */
  readonly meanings: Readonly<Record<string, string>>;
}

export const DEFAULT_TAXONOMY = {
  eventTypes: [
    'conflict_attack',
    'conflict_demonstrate',
    'contact_meet',
    'contact_phone_write',
    'justice_arrest',
    'justice_trial',
    'justice_convict',
    'life_die',
    'life_injure',
    'movement_transport',
    'personnel_elect',
    'personnel_start_position',
    'personnel_end_position',
    'transaction_transfer_money',
    'transaction_transfer_ownership',
    'policy_announce',
    'policy_implement',
    'policy_change',
    'agreement_sign',
    'agreement_negotiate',
  ],
  roles: ['agent', 'patient', 'time', 'place', 'instrument', 'beneficiary', 'purpose'],
  domains: [
    'geopolitical_conflict',
    'diplomatic_relations',
    'economic_policy',
    'domestic_policy',
    'elections_politics',
    'technology_innovation',
    'social_movements',
    'environmental_climate',
    'health_pandemic',
    'legal_judicial',
    'corporate_business',
    'cultural_entertainment',
  ],
  meanings: {
    conflict_attack: 'violence against people or things: attacks, bombings, battles, raids',
    conflict_demonstrate: 'protests, marches, strikes, riots',
    contact_meet: 'people meet face to face: talks, visits, summits',
    contact_phone_write: 'people are in touch from afar: calls, letters, messages',
    justice_arrest: 'somebody is arrested, detained or jailed',
    justice_trial: 'somebody is charged, sued or tried; a hearing',
    justice_convict: 'a court finds guilty, sentences or acquits',
    life_die: 'somebody dies or is killed',
    life_injure: 'somebody is hurt',
    movement_transport: 'people or things are moved from place to place',
    personnel_elect: 'somebody is elected; an election is held',
    personnel_start_position: 'somebody takes up an office or a job',
    personnel_end_position: 'somebody leaves an office or a job',
    transaction_transfer_money: 'money is paid, given, lent or fined',
    transaction_transfer_ownership: 'something is bought, sold or handed over',
    policy_announce: 'an authority announces what it means to do',
    policy_implement: 'a law, rule or measure comes into force or is carried out',
    policy_change: 'a law, rule or measure is changed or taken back',
    agreement_sign: 'an agreement is made or signed',
    agreement_negotiate: 'an agreement is negotiated',
    agent: 'who does it',
    patient: 'who or what it is done to',
    time: 'when',
    place: 'where',
    instrument: 'with what',
    beneficiary: 'for whose good',
    purpose: 'what for',
  },
} as const satisfies Taxonomy;

export const SENTIMENTS = ['positive', 'negative', 'neutral', 'mixed'] as const;
export type Sentiment = (typeof SENTIMENTS)[number];

export const ENTITY_TYPES = ['PER', 'ORG', 'LOC', 'GPE', 'DATE', 'TIME', 'MONEY', 'MISC', 'EVENT'] as const;
