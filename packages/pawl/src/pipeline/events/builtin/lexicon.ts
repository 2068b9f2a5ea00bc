// Which words tell of which events. Data: a line a type. A word is a lemma; `step_down` is a verb with its particle.
// Words that often mean something else stand in CONDITIONAL with what must stand beside them. Words that have one type when they
// tell of an event, but often name a thing or a state, stand in DOUBTFUL: there the classifier must be surer than elsewhere.

/** How sure a word alone is. */
const STRONG = 0.9;
const WEAK = 0.65;
const DOUBTFUL = 0.55;

/** The classifier's chance that a word tells of an event, below which it is none. */
const LEAST_PROBABILITY = 0.3;
const LEAST_PROBABILITY_OF_DOUBTFUL = 0.6;

type WordsByType = Readonly<Record<string, string>>;

const VERBS: WordsByType = {
  conflict_attack:
    'attack bomb bombard shell raid ambush invade assault besiege torpedo firebomb storm ransack retaliate detonate shoot stab open_fire blow_up behead hijack massacre assassinate torch clash',
  conflict_demonstrate: 'protest demonstrate picket riot',
  contact_meet: 'convene',
  contact_phone_write: 'phone telephone email tweet text',
  justice_arrest: 'arrest detain apprehend jail imprison incarcerate extradite',
  justice_trial: 'prosecute indict arraign sue',
  justice_convict: 'convict sentence acquit',
  life_die: 'die perish drown succumb kill murder slay pass_away',
  life_injure: 'injure wound maim hospitalize hospitalise',
  movement_transport:
    'evacuate deport smuggle traffic emigrate immigrate repatriate airlift disembark relocate flee depart arrive',
  personnel_elect: 'elect re-elect reelect',
  personnel_start_position: 'appoint hire inaugurate nominate recruit swear_in take_over take_office',
  personnel_end_position: 'resign retire oust depose dismiss sack impeach step_down stand_down quit abdicate lay_off',
  transaction_transfer_money: 'donate fund repay reimburse bribe finance subsidize subsidise lend',
  transaction_transfer_ownership:
    'acquire buy purchase sell auction buy_out nationalize nationalise privatize privatise',
  policy_announce: 'announce unveil declare proclaim pledge vow',
  policy_implement: 'implement enact enforce impose ban outlaw legalize legalise sanction ratify',
  policy_change: 'amend repeal revoke overturn reform abolish rescind scrap',
  agreement_sign: 'cosign co-sign',
  agreement_negotiate: 'negotiate mediate bargain renegotiate',
};

const NOUNS: WordsByType = {
  conflict_attack:
    'attack bombing airstrike shelling raid ambush invasion assault explosion shooting stabbing offensive gunfire massacre clash bombardment incursion siege hijacking assassination battle insurgency crackdown',
  conflict_demonstrate: 'protest demonstration riot rally picket sit-in unrest uprising',
  contact_meet: 'meeting summit',
  contact_phone_write: 'phonecall',
  justice_arrest: 'arrest detention extradition imprisonment',
  justice_trial: 'trial prosecution indictment lawsuit hearing arraignment',
  justice_convict: 'conviction acquittal',
  life_die: 'death murder killing fatality suicide homicide',
  life_injure: 'injury',
  movement_transport: 'evacuation deportation repatriation emigration airlift',
  personnel_elect: 'election re-election reelection referendum',
  personnel_start_position: 'appointment inauguration nomination',
  personnel_end_position: 'resignation retirement dismissal impeachment ouster layoff',
  transaction_transfer_money: 'donation payment bailout ransom',
  transaction_transfer_ownership: 'acquisition takeover purchase merger',
  policy_announce: 'announcement proclamation',
  policy_implement: 'implementation enactment embargo lockdown',
  policy_change: 'repeal amendment',
  agreement_sign: 'ceasefire truce armistice',
  agreement_negotiate: 'negotiation mediation talks',
};

const DOUBTFUL_VERBS: WordsByType = {
  conflict_attack: 'loot vandalize',
  justice_arrest: 'capture nab',
  justice_trial: 'charge accuse testify',
  life_injure: 'hurt',
  movement_transport: 'travel fly sail',
};

const DOUBTFUL_NOUNS: WordsByType = {
  conflict_attack: 'violence fighting war shootout gunfight hostility carnage',
  conflict_demonstrate: 'march walkout',
  contact_meet: 'conference gathering',
  justice_arrest: 'capture custody',
  justice_trial: 'charge accusation testimony appeal',
  justice_convict: 'verdict sentencing',
  life_die: 'casualty manslaughter slaying slaughter beheading execution',
  movement_transport: 'departure arrival trip journey voyage exodus',
  personnel_elect: 'vote ballot poll',
  personnel_start_position: 'hiring promotion',
  personnel_end_position: 'firing exit',
  transaction_transfer_money: 'loan fine bribe grant',
  transaction_transfer_ownership: 'sale buyout auction',
  policy_announce: 'statement declaration',
  policy_implement: 'ban sanction',
  policy_change: 'reform overhaul',
  agreement_sign: 'agreement deal pact treaty accord',
  agreement_negotiate: 'talk bargaining',
};

/** What must stand beside a trigger for it to be one; any one of the conditions will do. */
export interface Condition {
  /** Relation of the word beside it: `object`, `subject`, or a preposition. */
  readonly relation: string;
  /** Its lemma, if it must be one of these. */
  readonly lemmas?: string;
  /** Its entity type, if it must be one of these. */
  readonly entities?: string;
}

export interface LexiconEntry {
  readonly type: string;
  readonly strength: number;
  /** The classifier must give the word at least this chance of telling of an event. */
  readonly leastProbability: number;
  readonly conditions: readonly Condition[];
  /** Which line it comes from; what an explanation shows. */
  readonly source: string;
}

interface ConditionalWord {
  readonly words: string;
  readonly type: string;
  readonly strength: number;
  readonly conditions: readonly Condition[];
}

const AGREEMENTS =
  'agreement deal treaty accord pact contract memorandum truce ceasefire armistice protocol convention declaration';
const POLICIES =
  'law policy rule bill act legislation regulation ban tariff tax sanction measure plan program programme curfew embargo restriction moratorium reform decree order emergency';
const POSTS =
  'president minister chairman chairwoman chair director ceo chief head leader secretary governor mayor ambassador judge captain coach senator manager commissioner';
const WEAPONS = 'missile rocket shot weapon gun shell torpedo round bullet bomb mortar';
const TARGETS =
  'target base city town village position building ship troop convoy camp airport civilian facility militant';
const PEOPLE = 'PER ORG GPE';

const CONDITIONAL_VERBS: readonly ConditionalWord[] = [
  {
    words: 'meet',
    type: 'contact_meet',
    strength: 0.85,
    conditions: [
      { relation: 'object', entities: PEOPLE },
      { relation: 'with' },
      { relation: 'object', lemmas: `${POSTS} counterpart official delegation representative` },
    ],
  },
  {
    words: 'visit',
    type: 'contact_meet',
    strength: 0.6,
    conditions: [
      { relation: 'object', entities: 'PER' },
      { relation: 'object', lemmas: `${POSTS} counterpart victim family` },
    ],
  },
  {
    words: 'hold',
    type: 'contact_meet',
    strength: 0.75,
    conditions: [{ relation: 'object', lemmas: 'meeting summit conference' }],
  },
  {
    words: 'hold',
    type: 'agreement_negotiate',
    strength: 0.75,
    conditions: [{ relation: 'object', lemmas: 'talk talks negotiation discussion' }],
  },
  {
    words: 'hold',
    type: 'personnel_elect',
    strength: 0.7,
    conditions: [{ relation: 'object', lemmas: 'election referendum vote' }],
  },
  {
    words: 'call',
    type: 'contact_phone_write',
    strength: 0.6,
    conditions: [
      { relation: 'by', lemmas: 'phone telephone' },
      { relation: 'object', lemmas: 'police ambulance' },
    ],
  },
  {
    words: 'write send',
    type: 'contact_phone_write',
    strength: 0.7,
    conditions: [{ relation: 'object', lemmas: 'letter email e-mail message memo telegram' }],
  },
  {
    words: 'speak talk',
    type: 'contact_phone_write',
    strength: 0.6,
    conditions: [{ relation: 'by', lemmas: 'phone telephone' }],
  },
  { words: 'charge accuse', type: 'justice_trial', strength: 0.8, conditions: [{ relation: 'with' }] },
  {
    words: 'try',
    type: 'justice_trial',
    strength: 0.7,
    conditions: [{ relation: 'for', lemmas: 'murder treason crime fraud corruption manslaughter rape' }],
  },
  {
    words: 'appear',
    type: 'justice_trial',
    strength: 0.7,
    conditions: [
      { relation: 'in', lemmas: 'court' },
      { relation: 'before', lemmas: 'judge court magistrate' },
    ],
  },
  {
    words: 'find',
    type: 'justice_convict',
    strength: 0.8,
    conditions: [
      { relation: 'object', lemmas: 'guilty' },
      { relation: 'complement', lemmas: 'guilty' },
    ],
  },
  { words: 'plead', type: 'justice_trial', strength: 0.85, conditions: [{ relation: 'complement', lemmas: 'guilty' }] },
  {
    words: 'strike hit target',
    type: 'conflict_attack',
    strength: 0.6,
    conditions: [
      { relation: 'object', lemmas: TARGETS },
      { relation: 'with', lemmas: WEAPONS },
    ],
  },
  {
    words: 'fire launch',
    type: 'conflict_attack',
    strength: 0.8,
    conditions: [
      { relation: 'object', lemmas: `${WEAPONS} attack airstrike strike offensive raid assault` },
      { relation: 'on' },
      { relation: 'at' },
    ],
  },
  {
    words: 'fire',
    type: 'personnel_end_position',
    strength: 0.75,
    conditions: [
      { relation: 'object', entities: 'PER' },
      { relation: 'object', lemmas: `${POSTS} worker employee staff` },
    ],
  },
  {
    words: 'carry_out',
    type: 'conflict_attack',
    strength: 0.8,
    conditions: [{ relation: 'object', lemmas: 'attack bombing airstrike strike raid shooting assault' }],
  },
  {
    words: 'explode',
    type: 'conflict_attack',
    strength: 0.6,
    conditions: [{ relation: 'subject', lemmas: 'bomb device grenade mine car vehicle' }],
  },
  {
    words: 'march rally gather',
    type: 'conflict_demonstrate',
    strength: 0.65,
    conditions: [
      { relation: 'subject', lemmas: 'protester demonstrator activist crowd thousand hundred student worker' },
      { relation: 'against' },
    ],
  },
  {
    words: 'strike walk_out',
    type: 'conflict_demonstrate',
    strength: 0.6,
    conditions: [{ relation: 'subject', lemmas: 'worker union teacher driver nurse staff pilot miner' }],
  },
  {
    words: 'travel fly sail drive head',
    type: 'movement_transport',
    strength: 0.7,
    conditions: [
      { relation: 'to', entities: 'GPE LOC' },
      { relation: 'from', entities: 'GPE LOC' },
    ],
  },
  {
    words: 'return arrive move',
    type: 'movement_transport',
    strength: 0.65,
    conditions: [
      { relation: 'to', entities: 'GPE LOC' },
      { relation: 'in', entities: 'GPE LOC' },
      { relation: 'from', entities: 'GPE LOC' },
    ],
  },
  {
    words: 'leave enter cross',
    type: 'movement_transport',
    strength: 0.6,
    conditions: [
      { relation: 'object', entities: 'GPE LOC' },
      { relation: 'object', lemmas: 'country border' },
    ],
  },
  {
    words: 'deploy send transfer transport',
    type: 'movement_transport',
    strength: 0.7,
    conditions: [
      { relation: 'to', entities: 'GPE LOC' },
      { relation: 'to', lemmas: 'hospital prison border area region camp' },
    ],
  },
  {
    words: 'win lose',
    type: 'personnel_elect',
    strength: 0.7,
    conditions: [{ relation: 'object', lemmas: 'election presidency seat vote referendum primary nomination' }],
  },
  {
    words: 'vote',
    type: 'personnel_elect',
    strength: 0.6,
    conditions: [
      { relation: 'for', entities: 'PER' },
      { relation: 'in', lemmas: 'election referendum' },
    ],
  },
  {
    words: 'name become',
    type: 'personnel_start_position',
    strength: 0.65,
    conditions: [
      { relation: 'complement', lemmas: POSTS },
      { relation: 'as', lemmas: POSTS },
    ],
  },
  {
    words: 'join',
    type: 'personnel_start_position',
    strength: 0.6,
    conditions: [
      { relation: 'as', lemmas: POSTS },
      { relation: 'object', lemmas: 'board cabinet' },
    ],
  },
  {
    words: 'replace succeed',
    type: 'personnel_start_position',
    strength: 0.65,
    conditions: [
      { relation: 'object', entities: 'PER' },
      { relation: 'as', lemmas: POSTS },
    ],
  },
  {
    words: 'leave',
    type: 'personnel_end_position',
    strength: 0.65,
    conditions: [{ relation: 'object', lemmas: 'office post job position cabinet role' }],
  },
  {
    words: 'remove suspend',
    type: 'personnel_end_position',
    strength: 0.65,
    conditions: [{ relation: 'from', lemmas: 'office post power position' }],
  },
  {
    words: 'pay give grant award invest spend raise transfer',
    type: 'transaction_transfer_money',
    strength: 0.75,
    conditions: [
      { relation: 'object', entities: 'MONEY' },
      { relation: 'object', lemmas: 'compensation ransom bribe fine loan donation tuition' },
    ],
  },
  { words: 'fine', type: 'transaction_transfer_money', strength: 0.8, conditions: [{ relation: 'object' }] },
  {
    words: 'take_over',
    type: 'transaction_transfer_ownership',
    strength: 0.75,
    conditions: [{ relation: 'object', entities: 'ORG' }],
  },
  {
    words: 'merge',
    type: 'transaction_transfer_ownership',
    strength: 0.75,
    conditions: [{ relation: 'with' }, { relation: 'into' }],
  },
  {
    words: 'introduce pass adopt approve issue',
    type: 'policy_implement',
    strength: 0.7,
    conditions: [{ relation: 'object', lemmas: POLICIES }],
  },
  {
    words: 'propose present outline publish',
    type: 'policy_announce',
    strength: 0.65,
    conditions: [{ relation: 'object', lemmas: POLICIES }],
  },
  {
    words: 'change lift ease relax extend tighten suspend reverse raise cut end',
    type: 'policy_change',
    strength: 0.65,
    conditions: [{ relation: 'object', lemmas: POLICIES }],
  },
  {
    words: 'sign',
    type: 'agreement_sign',
    strength: 0.9,
    conditions: [{ relation: 'object', lemmas: `${AGREEMENTS} letter` }],
  },
  {
    words: 'sign',
    type: 'policy_implement',
    strength: 0.75,
    conditions: [{ relation: 'object', lemmas: 'law bill order decree legislation' }],
  },
  {
    words: 'reach conclude strike ink',
    type: 'agreement_sign',
    strength: 0.8,
    conditions: [{ relation: 'object', lemmas: AGREEMENTS }],
  },
  {
    words: 'agree',
    type: 'agreement_sign',
    strength: 0.55,
    conditions: [{ relation: 'on' }, { relation: 'with' }, { relation: 'object', lemmas: AGREEMENTS }],
  },
  {
    words: 'discuss',
    type: 'agreement_negotiate',
    strength: 0.55,
    conditions: [
      { relation: 'with', entities: PEOPLE },
      { relation: 'object', lemmas: `${AGREEMENTS} peace` },
    ],
  },
];

const CONDITIONAL_NOUNS: readonly ConditionalWord[] = [
  {
    words: 'strike',
    type: 'conflict_attack',
    strength: 0.7,
    conditions: [
      { relation: 'compound', lemmas: 'air missile drone rocket' },
      { relation: 'modifier', lemmas: 'military' },
    ],
  },
  {
    words: 'strike',
    type: 'conflict_demonstrate',
    strength: 0.6,
    conditions: [
      { relation: 'modifier', lemmas: 'general' },
      { relation: 'compound', lemmas: 'hunger union teacher' },
    ],
  },
  {
    words: 'blast',
    type: 'conflict_attack',
    strength: 0.65,
    conditions: [{ relation: 'compound', lemmas: 'bomb car' }],
  },
  {
    words: 'talk',
    type: 'agreement_negotiate',
    strength: 0.7,
    conditions: [{ relation: 'compound', lemmas: 'peace trade' }, { relation: 'between' }, { relation: 'with' }],
  },
  { words: 'visit', type: 'movement_transport', strength: 0.6, conditions: [{ relation: 'to', entities: 'GPE LOC' }] },
  {
    words: 'sentence',
    type: 'justice_convict',
    strength: 0.65,
    conditions: [{ relation: 'compound', lemmas: 'prison death life jail' }],
  },
  {
    words: 'call',
    type: 'contact_phone_write',
    strength: 0.7,
    conditions: [{ relation: 'compound', lemmas: 'phone telephone' }],
  },
  { words: 'signing', type: 'agreement_sign', strength: 0.7, conditions: [{ relation: 'of', lemmas: AGREEMENTS }] },
];

/** Entries by word; conditional ones first, since they know more. */
export type Lexicon = ReadonlyMap<string, readonly LexiconEntry[]>;

export const VERB_LEXICON: Lexicon = buildLexicon('verb', STRONG, VERBS, CONDITIONAL_VERBS, DOUBTFUL_VERBS);
export const NOUN_LEXICON: Lexicon = buildLexicon('noun', WEAK, NOUNS, CONDITIONAL_NOUNS, DOUBTFUL_NOUNS);

function buildLexicon(
  kind: 'verb' | 'noun',
  strength: number,
  plain: WordsByType,
  conditional: readonly ConditionalWord[],
  doubtful: WordsByType,
): Lexicon {
  const lexicon = new Map<string, LexiconEntry[]>();
  const add = (words: string, note: string, entry: Omit<LexiconEntry, 'source'>) => {
    for (const word of words.split(' ')) {
      const known = lexicon.get(word) ?? [];
      lexicon.set(word, [...known, { ...entry, source: `${kind} ${word.replaceAll('_', ' ')}${note}` }]);
    }
  };
  const leastProbability = LEAST_PROBABILITY;
  for (const { words, ...entry } of conditional) add(words, ', on condition', { ...entry, leastProbability });
  for (const [type, words] of Object.entries(plain))
    add(words, '', { type, strength, leastProbability, conditions: [] });
  for (const [type, words] of Object.entries(doubtful)) {
    const entry = { type, strength: DOUBTFUL, leastProbability: LEAST_PROBABILITY_OF_DOUBTFUL, conditions: [] };
    add(words, ', when surely an event', entry);
  }
  return lexicon;
}
