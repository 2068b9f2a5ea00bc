/** What events are called: types, roles, domains, sentiments. Data: a user can give their own (see docs/EVENTS.md once events come from models). */
export interface Taxonomy {
  readonly eventTypes: readonly string[];
  readonly roles: readonly string[];
  readonly domains: readonly string[];
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
} as const satisfies Taxonomy;

export const SENTIMENTS = ['positive', 'negative', 'neutral', 'mixed'] as const;
export type Sentiment = (typeof SENTIMENTS)[number];

export const ENTITY_TYPES = ['PER', 'ORG', 'LOC', 'GPE', 'DATE', 'TIME', 'MONEY', 'MISC', 'EVENT'] as const;
