import type { Entity } from '../../document.ts';

const NAME_TYPES: ReadonlySet<string> = new Set(['PER', 'ORG', 'LOC', 'GPE', 'MISC', 'EVENT']);

const TITLES =
  /^(?:(?:mr|mrs|ms|miss|dr|prof|professor|sir|lord|lady|president|senator|sen|rep|gov|governor|gen|general|col|colonel|capt|captain|lt|sgt|rev|pope|king|queen|prince|princess|judge|justice|minister|chancellor|sheikh|shaikh|ayatollah)\.?\s+)+(?=\S)/i;

/** Names that share no word with what they stand for. */
const ALIASES = new Map(
  Object.entries({
    us: 'United States',
    'u.s': 'United States',
    usa: 'United States',
    'u.s.a': 'United States',
    'united states of america': 'United States',
    america: 'United States',
    uk: 'United Kingdom',
    'u.k': 'United Kingdom',
    britain: 'United Kingdom',
    'great britain': 'United Kingdom',
    uae: 'United Arab Emirates',
    'u.a.e': 'United Arab Emirates',
    un: 'United Nations',
    'u.n': 'United Nations',
    eu: 'European Union',
    'e.u': 'European Union',
    ussr: 'Soviet Union',
    'u.s.s.r': 'Soviet Union',
    drc: 'Democratic Republic of the Congo',
    dprk: 'North Korea',
    prc: 'China',
    "people's republic of china": 'China',
    nyc: 'New York City',
    'd.c': 'Washington, D.C.',
    'washington d.c': 'Washington, D.C.',
    'washington, d.c': 'Washington, D.C.',
    'washington dc': 'Washington, D.C.',
    fbi: 'Federal Bureau of Investigation',
    'f.b.i': 'Federal Bureau of Investigation',
    cia: 'Central Intelligence Agency',
    'c.i.a': 'Central Intelligence Agency',
    who: 'World Health Organization',
    'world health organisation': 'World Health Organization',
    imf: 'International Monetary Fund',
  }),
);

const KNOWN_BY_ALIAS: ReadonlySet<string> = new Set(ALIASES.values());

/** A name without article, title, possessive and final stop, spaces as one. */
function trimName(entity: Entity): string {
  const bare = entity.text
    .replace(/\s+/g, ' ')
    .replace(/^the (?=\S)/i, '')
    .replace(/['’]s?$/, '');
  return entity.type === 'PER' ? bare.replace(TITLES, '') : bare;
}

const keyOf = (name: string): string => name.toLowerCase().replace(/\.$/, '');
const family = (type: string): string => (type === 'GPE' || type === 'LOC' ? 'place' : type);

/** Initials of the capitalised words: `World Health Organization` is `WHO`. */
function initials(name: string): string {
  return (name.match(/(?<![\p{L}\p{N}])\p{Lu}/gu) ?? []).join('');
}

/** Fullest names of one document, found by what shorter mentions say. */
class NameIndex {
  readonly #byKey = new Map<string, string>();

  /** Stronger forms go before weaker ones, longer names before shorter: the first to claim a key keeps it. */
  constructor(entities: readonly Entity[]) {
    const claims = entities.flatMap((entity, order) => {
      const name = trimName(entity);
      return shortForms(entity.type, name).map((form, rank) => ({
        entity,
        name,
        form,
        strength: rank === 0 ? OWN_WORDING_STRENGTH : rank,
        order,
      }));
    });
    claims.sort((a, b) => a.strength - b.strength || wordCount(b.name) - wordCount(a.name) || a.order - b.order);
    for (const { entity, name, form } of claims) {
      const key = `${family(entity.type)} ${keyOf(form)}`;
      if (!this.#byKey.has(key)) this.#byKey.set(key, name);
    }
  }

  resolve(entity: Entity): string {
    const name = trimName(entity);
    const fullest = this.#byKey.get(`${family(entity.type)} ${keyOf(name)}`) ?? name;
    return ALIASES.get(keyOf(fullest)) ?? fullest;
  }
}

const wordCount = (name: string): number => name.split(' ').length;

/** Longer names are no names of people. */
const MAX_PERSON_WORDS = 6;

/** A name claims its own wording only when no longer name has that as a short form. */
const OWN_WORDING_STRENGTH = 99;

/** What a full name may be called later, strongest first: persons by any of their names, organisations by their initials. */
function shortForms(type: string, name: string): string[] {
  const words = name.split(' ');
  if (words.length < 2) return [name];
  if (type === 'PER') {
    const last = words.at(-1)!;
    return [name, last, `${words[0]} ${last}`, ...words.slice(0, -1).slice(0, MAX_PERSON_WORDS)];
  }
  if (type === 'ORG')
    return [name, name.replace(/,? (?:inc|corp|ltd|llc|co|plc|corporation|company|limited)\.?$/i, ''), initials(name)];
  return [name];
}

/** Gives every name the fullest form its document has for it; values keep the form they have. Mentions of one thing get one id. */
export function withNormalizedNames(entities: readonly Entity[]): Entity[] {
  const index = new NameIndex(entities.filter((entity) => NAME_TYPES.has(entity.type)));
  const ids = new Map<string, string>();
  return entities.map((entity) => {
    const named = NAME_TYPES.has(entity.type) ? { ...entity, normalizedForm: index.resolve(entity) } : entity;
    const key = identityOf(named);
    const id = ids.get(key) ?? `ent-${ids.size + 1}`;
    ids.set(key, id);
    return { ...named, id };
  });
}

/** What mentions of one thing have in common. Places and organisations known by an alias are the same whatever their type here. */
function identityOf({ type, text, normalizedForm = text }: Entity): string {
  return `${KNOWN_BY_ALIAS.has(normalizedForm) ? 'known' : family(type)} ${keyOf(normalizedForm)}`;
}
