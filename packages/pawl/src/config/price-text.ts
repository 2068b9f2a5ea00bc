import type { ModelPrice } from '../domain/batch.ts';

const PRICE = /^([a-z][a-z0-9-]*:\S+)=\$?(\d{1,6}(?:\.\d{1,6})?)\/\$?(\d{1,6}(?:\.\d{1,6})?)$/;

/** How a price is written; for messages and help. */
export const PRICE_FORMS =
  'PROVIDER:MODEL=INPUT/OUTPUT in US dollars for a million tokens, such as openai:gpt-4o-mini=0.15/0.60';

/** The price of `openai:gpt-4o-mini=0.15/0.60`; null when the text is none. */
export function parsePrice(text: string): ModelPrice | null {
  const match = PRICE.exec(text.trim());
  if (match === null) return null;
  const [, model = '', input, output] = match;
  return { model, input: Number(input), output: Number(output) };
}

/** Written so that {@link parsePrice} reads it back. */
export function formatPrice({ model, input, output }: ModelPrice): string {
  return `${model}=${input}/${output}`;
}
