import type { EnglishModels } from '../english.ts';

/** The file of each model. */
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

/**
 * Reads all models and checks them: numbers out of a damaged model would not merely be wrong, tables that are too full are searched forever.
 * @param read gives the content of a file of the models' folder; all are asked for at once
 * @param checksum CRC-32, as `checksums.json` lists it in eight hexadecimal digits
 * @throws {Error} naming the file that is damaged; whatever `read` throws
 */
export async function readModels(
  read: (file: string) => Promise<Uint8Array>,
  checksum: (bytes: Uint8Array) => number,
): Promise<EnglishModels> {
  const listed = read('checksums.json');
  const models = Object.entries(MODEL_FILES).map(async ([name, file]) => {
    const bytes = await read(file);
    const checksums = JSON.parse(new TextDecoder().decode(await listed)) as Record<string, string>;
    if (checksumText(checksum(bytes)) === checksums[file]) return [name, bytes] as const;
    throw new Error(
      `The model file ${file} is damaged: its checksum is not the one in checksums.json. Install it again.`,
    );
  });
  return Object.fromEntries(await Promise.all(models)) as unknown as EnglishModels;
}

/** A CRC-32 as `checksums.json` lists it. */
export function checksumText(crc32: number): string {
  return crc32.toString(16).padStart(8, '0');
}
