import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadEnglish } from '../src/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-models-'));
  cpSync(join(import.meta.dirname, '..', 'models'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = () => loadEnglish(pathToFileURL(`${folder}/`));

describe('model files', () => {
  test('are loaded from a folder', async () => {
    const document = (await load()).parse('The dog sleeps.');
    expect(document.sentences[0]?.tokens.map(({ upos }) => upos)).toEqual(['DET', 'NOUN', 'VERB', 'PUNCT']);
  });

  test.each(['tokenizer.bin', 'entities.bin', 'parser.bin'])('a bit changed in %s is found', async (file) => {
    const bytes = readFileSync(join(folder, file));
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(join(folder, file), bytes);
    await expect(load()).rejects.toThrow(`The model file ${file} is damaged`);
  });

  test('one cut short is found', async () => {
    truncateSync(join(folder, 'lemmas.bin'), 1000);
    await expect(load()).rejects.toThrow('The model file lemmas.bin is damaged');
  });

  test('one that is missing is named', async () => {
    rmSync(join(folder, 'tagger.bin'));
    await expect(load()).rejects.toThrow('tagger.bin');
  });
});
