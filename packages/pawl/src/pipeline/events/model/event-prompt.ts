import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { messageOf, PawlError } from '../../../domain/errors.ts';
import { DEFAULT_TAXONOMY, type Taxonomy } from '../../../domain/taxonomy.ts';

/** What models are told, as it stands in files that users can read and replace. */
export interface EventPrompt {
  /** What to do, the same for every text; the taxonomy is filled in. */
  readonly instructions: string;
  /** How a text is presented; what is known of it is filled in. */
  readonly document: string;
  /** SHA-256 of both as they are asked with, hexadecimal. */
  readonly hash: string;
}

/** Where the prompt that comes with pawl is. */
export const PROMPT_FOLDER: string = fileURLToPath(new URL('../../../../prompts/events/', import.meta.url));
const FILES = { instructions: 'instructions.md', document: 'document.md', examples: 'examples.json' } as const;
/** The files of a prompt. */
export const PROMPT_FILES: readonly string[] = Object.values(FILES);
const INSTRUCTION_SLOTS = ['event_types', 'roles', 'domains', 'examples'] as const;
const DOCUMENT_SLOTS = ['mark', 'title', 'date', 'entities', 'triplets', 'text'] as const;
const SLOT = /\{\{(\w+)\}\}/g;

const examplesSchema = z.array(z.object({ text: z.string().min(1), events: z.array(z.json()) }));

/**
 * The prompt of a folder; files that it does not have are those that come with pawl. The examples that come along speak of the
 * default taxonomy and are left out with any other.
 * @param folder null for the prompt that comes with pawl
 * @throws {PawlError} `missing_file`, `invalid_setting`
 */
export function loadEventPrompt(folder: string | null, taxonomy: Taxonomy): EventPrompt {
  if (folder !== null && !isFolder(folder)) {
    throw new PawlError(
      'missing_file',
      `--prompt ${folder} is no folder; it takes a folder with ${PROMPT_FILES.join(', ')}, or some of them.`,
    );
  }
  const template = readPromptFile(folder, FILES.instructions, INSTRUCTION_SLOTS, null);
  const document = readPromptFile(folder, FILES.document, DOCUMENT_SLOTS, 'text');
  const instructions = fillSlots(template, {
    event_types: nameList(taxonomy.eventTypes, taxonomy),
    roles: nameList(taxonomy.roles, taxonomy),
    domains: nameList(taxonomy.domains, taxonomy),
    examples: exampleText(folder, taxonomy),
  }).trim();
  const hash = createHash('sha256')
    .update(JSON.stringify([instructions, document]))
    .digest('hex');
  return { instructions, document, hash };
}

/** Fills the slots of a template; what is filled in is never read as a template itself. */
export function fillSlots(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(SLOT, (_, name: string) => values[name] ?? '');
}

function readPromptFile(
  folder: string | null,
  name: string,
  slots: readonly string[],
  required: string | null,
): string {
  const own = folder === null ? null : readIfThere(join(folder, name));
  const template = own ?? readFileSync(join(PROMPT_FOLDER, name), 'utf8');
  const used = [...template.matchAll(SLOT)].map(([, slot = '']) => slot);
  const unknown = used.find((slot) => !slots.includes(slot));
  const known = slots.map((slot) => `{{${slot}}}`).join(', ');
  if (unknown !== undefined) {
    throw new PawlError(
      'invalid_setting',
      `${name} of ${folder} has {{${unknown}}}, which nothing fills; it may have ${known}.`,
    );
  }
  if (required !== null && !used.includes(required)) {
    throw new PawlError(
      'invalid_setting',
      `${name} of ${folder} lacks {{${required}}}, so models would not see the document; it may have ${known}.`,
    );
  }
  return template;
}

function exampleText(folder: string | null, taxonomy: Taxonomy): string {
  const own = folder === null ? null : readIfThere(join(folder, FILES.examples));
  if (own === null && taxonomy !== DEFAULT_TAXONOMY) return '';
  const examples = parseExamples(own ?? readFileSync(join(PROMPT_FOLDER, FILES.examples), 'utf8'), folder);
  return examples
    .map(({ text, events }, i) => `\n# Example ${i + 1}\n\nText:\n${text}\n\nAnswer:\n${JSON.stringify({ events })}`)
    .join('\n');
}

function parseExamples(text: string, folder: string | null): z.infer<typeof examplesSchema> {
  try {
    return examplesSchema.parse(JSON.parse(text));
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const problem = issue === undefined ? messageOf(error) : `${issue.path.join('.')} ${issue.message}`;
    throw new PawlError(
      'invalid_setting',
      `${FILES.examples} of ${folder} is no list of {"text", "events"}: ${problem}`,
    );
  }
}

function nameList(names: readonly string[], { meanings }: Taxonomy): string {
  return names
    .map((name) => (Object.hasOwn(meanings, name) ? `- \`${name}\`: ${meanings[name]}` : `- \`${name}\``))
    .join('\n');
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new PawlError('missing_file', `${path} cannot be read: ${messageOf(error)}`);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
