import { fingerprintOf } from './fingerprint.ts';
import type { Stage } from './stage.ts';

/** The providers of a chain such as `openai:gpt-5,builtin`, in order. A comma that belongs to an address is written `%2C`. */
export function splitProviders(text: string): string[] {
  return text.split(',').map((provider) => provider.trim());
}

/**
 * One stage out of several that do the same: what the first fails for a document's own sake goes to the next, and so on. All of them
 * decide what it gives.
 * @param stages at least one
 */
export function chainStages(stages: readonly Stage[]): Stage {
  const [first, ...rest] = stages;
  if (first === undefined) throw new Error('a chain has at least one stage');
  if (rest.length === 0) return first;
  const fallback = chainStages(rest);
  return {
    ...first,
    fingerprint: fingerprintOf({ chain: stages.map(({ fingerprint }) => fingerprint) }),
    description: stages.map(({ description }) => description).join(', else '),
    fallback,
    close: async () => {
      await Promise.all([first.close?.(), fallback.close?.()]);
    },
  };
}
