import { dollarsOf, nanosOf } from '../domain/usage.ts';

/** More than anybody spends here, and far below what sums of whole billionths can hold exactly. */
const MAX_DOLLARS = 1_000_000;
const AMOUNT = /^\$?\s*(\d{1,7}(?:\.\d{1,9})?)$/;

/** How an amount of money is written; for messages and help. */
export const MONEY_FORMS = 'US dollars such as 5.00';

/** Billionths of a US dollar of `5`, `5.00` or `$5.00`; null when the text is no amount, or more than a million. */
export function parseMoney(text: string): number | null {
  const match = AMOUNT.exec(text.trim());
  const amount = Number(match?.[1]);
  return match === null || amount > MAX_DOLLARS ? null : nanosOf(amount);
}

/** `5.00`, with as many decimals as it needs. */
export function formatMoney(nanos: number): string {
  const text = dollarsOf(nanos).toFixed(9);
  return text.replace(/0{1,7}$/, '');
}
