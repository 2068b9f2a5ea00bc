import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { English } from './english.ts';
import { readModels } from './model/model-files.ts';

const MODELS_FOLDER = new URL('../models/', import.meta.url);

/**
 * Loads the English pipeline with the models that come with the package (Node only; elsewhere `fetchEnglish`).
 * @param folder of the model files and their `checksums.json`; default: the package's own
 * @throws {Error} naming the file that is missing or damaged
 */
export async function loadEnglish(folder: URL = MODELS_FOLDER): Promise<English> {
  return English.create(await readModels((file) => readFile(new URL(file, folder)), crc32));
}
