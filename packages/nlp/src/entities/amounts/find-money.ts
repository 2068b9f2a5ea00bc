import type { Entity } from '../../document.ts';
import { shiftDecimal } from './decimal.ts';
import { NUMBER_DIGITS, NUMBER_WORDS, parseCardinal } from './number-words.ts';

/** ISO 4217 codes of signs that stand before (rarely after) an amount. A bare `$` is taken for US dollars, `¥` for yen. */
const SIGNS: Readonly<Record<string, string>> = {
  US$: 'USD',
  A$: 'AUD',
  AU$: 'AUD',
  C$: 'CAD',
  CA$: 'CAD',
  NZ$: 'NZD',
  HK$: 'HKD',
  S$: 'SGD',
  R$: 'BRL',
  $: 'USD',
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
  '₽': 'RUB',
  '₩': 'KRW',
  '₪': 'ILS',
  '₺': 'TRY',
  '₴': 'UAH',
  '₦': 'NGN',
  '₱': 'PHP',
};

/** ISO 4217 codes written as such. */
const CODES = 'USD EUR GBP JPY CNY RMB INR RUB KRW CHF AUD CAD NZD HKD SGD BRL MXN ZAR SEK NOK DKK PLN TRY'.split(' ');

/** Names of currencies; `cents` and `pence` are hundredths. */
const NAMES: readonly (readonly [pattern: string, code: string, exponent: number])[] = [
  ['australian dollars?', 'AUD', 0],
  ['canadian dollars?', 'CAD', 0],
  ['new zealand dollars?', 'NZD', 0],
  ['hong kong dollars?', 'HKD', 0],
  ['(?:u\\.?s\\.?\\s|american\\s)?dollars?', 'USD', 0],
  ['bucks', 'USD', 0],
  ['(?:us\\s)?cents?', 'USD', -2],
  ['euros?', 'EUR', 0],
  ['pounds? sterling', 'GBP', 0],
  ['british pounds?', 'GBP', 0],
  ['pence', 'GBP', -2],
  ['(?:japanese\\s)?yen', 'JPY', 0],
  ['(?:chinese\\s)?yuan|renminbi', 'CNY', 0],
  ['(?:indian\\s)?rupees?', 'INR', 0],
  ['(?:russian\\s)?rubles?|roubles?', 'RUB', 0],
  ['swiss francs?', 'CHF', 0],
  ['mexican pesos?', 'MXN', 0],
  ['south korean won', 'KRW', 0],
  ['(?:israeli\\s)?shekels?', 'ILS', 0],
  ['swedish krona|swedish kronor', 'SEK', 0],
  ['(?:brazilian\\s)?reais', 'BRL', 0],
  ['(?:south african\\s)?rand', 'ZAR', 0],
];

/** Powers of ten of scale words, abbreviated or not. */
const SCALES: Readonly<Record<string, number>> = {
  hundred: 2,
  thousand: 3,
  k: 3,
  million: 6,
  mn: 6,
  mln: 6,
  m: 6,
  billion: 9,
  bn: 9,
  b: 9,
  trillion: 12,
  tn: 12,
};

const escapeSign = (text: string): string => text.replace(/[$.]/g, '\\$&');
const SIGN = Object.keys(SIGNS).map(escapeSign).join('|');
const SCALE = Object.keys(SCALES).join('|');
const NAME = NAMES.map(([pattern]) => pattern).join('|');
const CODE = CODES.join('|');
const GAP = '[ \\t\\u00a0]{0,2}';
const BEFORE = '(?<![\\p{L}\\p{N}.])';
const AFTER = '(?![\\p{L}\\p{N}])';

/** `$1.2 billion`, `€ 300`, `USD 5m`. */
const SIGNED = new RegExp(
  `${BEFORE}(?<sign>${SIGN}|${CODE})${GAP}(?<amount>${NUMBER_DIGITS})(?:(?:${GAP}|-)(?<scale>${SCALE})${AFTER})?`,
  'giu',
);
/** `300 euros`, `5.5 million dollars`, `20-dollar`, `300 USD`, `5 €`. */
const COUNTED = new RegExp(
  `${BEFORE}(?<amount>${NUMBER_DIGITS})(?:(?:${GAP}|-)(?<scale>${SCALE}))?(?:(?:${GAP}|-)(?<name>${NAME}|${CODE})${AFTER}|${GAP}(?<after>[€£₽₹]))`,
  'giu',
);
/** `two million dollars`, `a hundred euros`. */
const WORDED = new RegExp(`${BEFORE}(?<words>${NUMBER_WORDS})[ -](?<name>${NAME})${AFTER}`, 'giu');

const NAME_TESTS = NAMES.map(([pattern, code, exponent]) => ({
  test: new RegExp(`^(?:${pattern})$`, 'i'),
  code,
  exponent,
}));

interface Currency {
  readonly code: string;
  /** Power of ten of the named unit. */
  readonly exponent: number;
}

function currencyNamed(name: string): Currency | undefined {
  const code = name.toUpperCase();
  if (CODES.includes(code)) return { code: code === 'RMB' ? 'CNY' : code, exponent: 0 };
  return NAME_TESTS.find(({ test }) => test.test(name));
}

function normalizeSigned(groups: Record<string, string | undefined>): string | undefined {
  const sign = groups.sign!.toUpperCase();
  const code = SIGNS[sign] ?? currencyNamed(sign)?.code;
  return code && `${code} ${scaledAmount(groups, 0)}`;
}

function normalizeCounted(groups: Record<string, string | undefined>): string | undefined {
  const after = groups.after;
  if (after !== undefined) return `${SIGNS[after]} ${scaledAmount(groups, 0)}`;
  const currency = currencyNamed(groups.name!);
  return currency && `${currency.code} ${scaledAmount(groups, currency.exponent)}`;
}

function normalizeWorded(groups: Record<string, string | undefined>): string | undefined {
  const currency = currencyNamed(groups.name!);
  const value = parseCardinal(groups.words!);
  if (currency === undefined || value === undefined) return undefined;
  return `${currency.code} ${currency.exponent < 0 ? value / 100 : value}`;
}

function scaledAmount(groups: Record<string, string | undefined>, unitExponent: number): string {
  const digits = groups.amount!.replaceAll(',', '');
  const exponent = (SCALES[groups.scale?.toLowerCase() ?? ''] ?? 0) + unitExponent;
  return exponent >= 0 ? shiftDecimal(digits, exponent) : String(Number(digits) / 10 ** -exponent);
}

function* matchAll(
  text: string,
  pattern: RegExp,
  normalize: (groups: Record<string, string | undefined>) => string | undefined,
): Generator<Entity> {
  for (const match of text.matchAll(pattern)) {
    const normalizedForm = normalize(match.groups!);
    if (normalizedForm === undefined) continue;
    const start = match.index;
    yield { text: match[0], type: 'MONEY', start, end: start + match[0].length, confidence: 0.95, normalizedForm };
  }
}

/** Finds amounts of money, each normalised to currency code and decimal amount: `USD 1200000`. They may overlap. */
export function findMoney(text: string): Entity[] {
  return [
    ...matchAll(text, SIGNED, normalizeSigned),
    ...matchAll(text, COUNTED, normalizeCounted),
    ...matchAll(text, WORDED, normalizeWorded),
  ];
}
