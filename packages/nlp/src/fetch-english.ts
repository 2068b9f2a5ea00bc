import { English } from './english.ts';
import { crc32 } from './model/crc32.ts';
import { readModels } from './model/model-files.ts';

/**
 * Loads the English pipeline in a browser, or wherever there is `fetch`.
 * @param folder address of the content of the package's folder `models`, such as `/models/`; 11 MB, worth caching
 * @throws {Error} naming the file that is missing or damaged; what `fetch` throws
 */
export async function fetchEnglish(folder: string | URL): Promise<English> {
  const base = String(folder).replace(/\/*$/, '/');
  return English.create(await readModels((file) => fetchBytes(base + file), crc32));
}

async function fetchBytes(address: string): Promise<Uint8Array> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The model file ${address} cannot be had: HTTP ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
