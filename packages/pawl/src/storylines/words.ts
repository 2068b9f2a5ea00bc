/** A word of a text as linking compares it. */
export interface Word {
  /** Lower case without its endings; a number as it stands. */
  readonly stem: string;
  readonly isNumber: boolean;
  /** UTF-16 units into the text. */
  readonly at: number;
}

/** Words that are in every text and tell no two apart. */
const COMMON = new Set(
  (
    'a about above after again against all also am an and any are as at be because been before being below between both but by ' +
    'can could did do does doing down during each few first for from further had has have having he her here hers him his how i ' +
    'if in into is it its just last like may me might more most must my new no nor not now of off on once one only or other our ' +
    'out over own said same say says she should so some such than that the their them then there these they this those through ' +
    'to too two under until up us very was we were what when where which while who whom why will with would year years you your'
  ).split(' '),
);

const WORD = /[\p{L}\p{N}]+(?:[.,]\p{N}+)*(?:['’]\p{L}+)?/gu;
/** Addresses, also with their parts set apart as tokenizers do; what they say is said in the text. */
const ADDRESS = /https? ?: ?\/ ?\/[^\n]*?(?=\s{2}|\n|$)|https?:\/\/\S+|www\.\S+/g;
/** No word of a language is longer; more would be data. */
const MAX_STEM = 40;

/** The words of a text that may tell it from others, in order. Linear in the text. */
export function readWords(text: string): Word[] {
  const words: Word[] = [];
  for (const match of withoutAddresses(text).matchAll(WORD)) {
    const form = match[0].replace(/['’].*$/, '').toLowerCase();
    const isNumber = /^\p{N}/u.test(form);
    if (COMMON.has(form) || (form.length < 2 && !isNumber)) continue;
    words.push({ stem: (isNumber ? form : stemOf(form)).slice(0, MAX_STEM), isNumber, at: match.index });
  }
  return words;
}

function withoutAddresses(text: string): string {
  if (!/https?|www\./.test(text)) return text;
  return text.replace(ADDRESS, (address) => ' '.repeat(address.length));
}

/** Takes the commonest endings off an English word in lower case: enough for words that are compared, not shown. */
export function stemOf(word: string): string {
  return withoutVerbEnding(withoutPlural(word));
}

function withoutPlural(word: string): string {
  if (word.length <= 4) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.endsWith('sses')) return word.slice(0, -2);
  return word.endsWith('s') && !/(?:ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
}

function withoutVerbEnding(word: string): string {
  if (word.length <= 5) return word;
  let stem = word;
  if (stem.endsWith('ing')) stem = stem.slice(0, -3);
  else if (stem.endsWith('ed')) stem = stem.slice(0, -2);
  if (/([bdfgmnprt])\1$/.test(stem)) stem = stem.slice(0, -1);
  return stem.endsWith('e') ? stem.slice(0, -1) : stem;
}
