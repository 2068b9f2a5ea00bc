import type { EntityType } from '../document.ts';
import type { NameType } from './names/biluo.ts';
import { type Gazetteer, kindBit, type PhraseKind } from './names/gazetteer.ts';
import { hashString } from './names/hash.ts';

/** Kinds of places that have a government: Geo-Political Entities (ACE 2005 guidelines). */
const GOVERNED = maskOf('country', 'region', 'city');
const UNGOVERNED = maskOf('place');
const EVENTS = maskOf('event');

/** Words that head names of places without a government. */
const PHYSICAL_HEADS =
  wordSet(`airport avenue ave basin bay beach boulevard bridge building canal cape cathedral cave center
  centre church coast continent creek dam desert drive falls field forest garden gardens glacier gulf hall harbor harbour
  heights highway hill hills hospital hotel house island islands isle lake lane library mall mosque mount mountain mountains
  museum ocean palace park peninsula plateau plaza point pond port range reef region ridge river road route sea shrine square
  st stadium station strait street synagogue temple theater theatre tower trail tunnel university valley volcano way zoo`);
const PHYSICAL_OPENERS = wordSet('mount mt mt. lake cape gulf bay river isle fort port');

/** Words that head names of governed places. */
const GOVERNED_HEADS =
  wordSet(`borough city commonwealth county district emirate federation governorate kingdom municipality
  oblast parish prefecture province republic state states territory town township union village`);

/** Words that head names of events. */
const EVENT_HEADS =
  wordSet(`assembly attack attacks awards battle bombing bombings campaign celebration ceremony championship
  championships conference congress convention coup crisis crusade cup day derby disaster earthquake election elections expo
  exposition festival final finals fire flood forum games genocide grand hurricane incident intifada invasion league marathon
  massacre meeting olympics operation open outbreak pandemic parade prix protest protests rally rebellion referendum
  revolution riot riots series siege storm strike summit symposium tournament treaty trial trials tsunami uprising war wars
  week`);
const EVENT_OPENERS = wordSet('hurricane typhoon cyclone battle siege treaty war operation');

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}

function maskOf(...kinds: PhraseKind[]): number {
  return kinds.reduce((mask, kind) => mask | kindBit(kind), 0);
}

/**
 * Splits what the model leaves together: LOC into governed GPE and physical LOC, MISC into EVENT and other MISC.
 * @param words the name's tokens.
 */
export function refineType(type: NameType, words: readonly string[], gazetteer: Gazetteer): EntityType {
  const lowers = words.map((word) => word.toLowerCase());
  if (type === 'LOC') return isGoverned(lowers, gazetteer) ? 'GPE' : 'LOC';
  if (type === 'MISC') return isEvent(lowers, gazetteer) ? 'EVENT' : 'MISC';
  return type;
}

function kindsOf(lowers: readonly string[], gazetteer: Gazetteer): number {
  const rest = lowers[0] === 'the' ? lowers.slice(1) : lowers;
  return gazetteer.kindsOf(lowers.map(hashString)) | gazetteer.kindsOf(rest.map(hashString));
}

function isGoverned(lowers: readonly string[], gazetteer: Gazetteer): boolean {
  const kinds = kindsOf(lowers, gazetteer);
  if (kinds & GOVERNED) return true;
  if (kinds & UNGOVERNED) return false;
  const head = lowers.at(-1)!;
  if (GOVERNED_HEADS.has(head)) return true;
  return !PHYSICAL_HEADS.has(head) && !PHYSICAL_OPENERS.has(lowers[0]!) && !lowers.some((word) => /\d/.test(word));
}

function isEvent(lowers: readonly string[], gazetteer: Gazetteer): boolean {
  if (kindsOf(lowers, gazetteer) & EVENTS) return true;
  return lowers.length > 1 && (EVENT_HEADS.has(lowers.at(-1)!) || EVENT_OPENERS.has(lowers[0]!));
}
