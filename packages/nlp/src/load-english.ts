import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { English, type EnglishModels } from './english.ts';

const MODEL_FILES: Readonly<Record<keyof EnglishModels, string>> = {
  tokenizer: 'tokenizer.bin',
  sentences: 'sentences.bin',
  tagger: 'tagger.bin',
  parser: 'parser.bin',
  lemmas: 'lemmas.bin',
  morphology: 'morphology.bin',
  entities: 'entities.bin',
  triggers: 'triggers.bin',
};
const MODELS_FOLDER = new URL('../models/', import.meta.url);

/**
 * Loads the English pipeline with the models that come with the package (Node only; elsewhere `English.create`).
 * @param folder of the model files and their `checksums.json`; default: the package's own
 * @throws {Error} naming the file that is missing or damaged
 */
export async function loadEnglish(folder: URL = MODELS_FOLDER): Promise<English> {
  const checksums = JSON.parse(await readFile(new URL('checksums.json', folder), 'utf8')) as Record<string, string>;
  const models = await Promise.all(
    Object.entries(MODEL_FILES).map(async ([name, file]) => [name, await readModel(folder, file, checksums)] as const),
  );
  return English.create(Object.fromEntries(models) as unknown as EnglishModels);
}

/** Numbers out of a damaged model would not merely be wrong: tables that are too full are searched forever. */
async function readModel(folder: URL, file: string, checksums: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const bytes = await readFile(new URL(file, folder));
  if (checksumOf(bytes) === checksums[file]) return bytes;
  throw new Error(
    `The model file ${file} is damaged: its checksum is not the one in checksums.json. Install it again.`,
  );
}

/** CRC-32 in eight hexadecimal digits, as `checksums.json` lists it for each model file. */
export function checksumOf(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
