import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf, PawlError } from '../../domain/errors.ts';
import { DEFAULT_TAXONOMY, type Taxonomy } from '../../domain/taxonomy.ts';

const MAX_NAMES = 500;

const name = z
  .string()
  .regex(/^\w[\w.:-]{0,99}$/, 'is no name: use letters, digits, underscore, dot, colon and dash, at most 100');
/** Names alone, or names with what they stand for. */
const names = z
  .union([z.array(name), z.record(name, z.string().max(500).nullable())])
  .transform((given) => (Array.isArray(given) ? given.map((one) => [one, null] as const) : Object.entries(given)))
  .refine((given) => given.length > 0 && given.length <= MAX_NAMES, `must hold 1 to ${MAX_NAMES} names`)
  .refine((given) => new Set(given.map(([one]) => one)).size === given.length, 'holds a name twice');

const fileSchema = z.strictObject({
  event_types: names,
  roles: names.optional(),
  domains: names.optional(),
});

/**
 * The taxonomy of a YAML or JSON file: `event_types`, and where they differ from pawl's own, `roles` and `domains`; each a list of
 * names, or names with what they stand for.
 * @param path null for pawl's own
 * @throws {PawlError} `missing_file`, `invalid_setting`
 */
export function loadTaxonomy(path: string | null): Taxonomy {
  if (path === null) return DEFAULT_TAXONOMY;
  const { success, data, error } = fileSchema.safeParse(readYaml(path));
  if (!success) throw new PawlError('invalid_setting', `The taxonomy ${path} is not valid: ${describeIssues(error)}`);
  const { event_types: eventTypes, roles = known('roles'), domains = known('domains') } = data;
  const meanings = [...eventTypes, ...roles, ...domains].filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return {
    eventTypes: eventTypes.map(([one]) => one),
    roles: roles.map(([one]) => one),
    domains: domains.map(([one]) => one),
    meanings: Object.fromEntries(meanings),
  };
}

function describeIssues({ issues }: z.ZodError): string {
  return `${issues.map(({ path, message }) => `${path.join('.') || 'the file'} ${message}`).join('; ')}.`;
}

function known(what: 'roles' | 'domains'): (readonly [string, string | null])[] {
  const { meanings }: Taxonomy = DEFAULT_TAXONOMY;
  return DEFAULT_TAXONOMY[what].map((one) => [one, meanings[one] ?? null]);
}

function readYaml(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new PawlError('missing_file', `The taxonomy ${path} cannot be read: ${messageOf(error)}`);
  }
  try {
    return parse(text, { maxAliasCount: 0, schema: 'core' });
  } catch (error) {
    throw new PawlError('invalid_setting', `The taxonomy ${path} is neither YAML nor JSON: ${messageOf(error)}`);
  }
}
