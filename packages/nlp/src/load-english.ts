import { readFile } from 'node:fs/promises';
import { English, type EnglishModels } from './english.ts';

const MODEL_FILES: Readonly<Record<keyof EnglishModels, string>> = {
  tokenizer: 'tokenizer.bin',
  sentences: 'sentences.bin',
  tagger: 'tagger.bin',
  parser: 'parser.bin',
  lemmas: 'lemmas.bin',
  morphology: 'morphology.bin',
  entities: 'entities.bin',
};

/** Loads the English pipeline with the models that come with the package (Node only; elsewhere `English.create`). */
export async function loadEnglish(): Promise<English> {
  const models = await Promise.all(
    Object.entries(MODEL_FILES).map(async ([name, file]) => [name, await readModel(file)] as const),
  );
  return English.create(Object.fromEntries(models) as unknown as EnglishModels);
}

async function readModel(file: string): Promise<Uint8Array> {
  return readFile(new URL(`../models/${file}`, import.meta.url));
}
