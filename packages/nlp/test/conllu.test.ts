import { beforeAll, describe, expect, test } from 'vitest';
import { type English, loadEnglish, readConllu, toConlluSentences, writeConllu } from '../src/index.ts';
import { readModelFile, writeModelFile } from '../src/model/model-file.ts';

let english: English;
beforeAll(async () => {
  english = await loadEnglish();
});

describe('CoNLL-U', () => {
  const text = "We don't know. She can't, either.\n\nThe end";

  test('what is written reads back the same', () => {
    const sentences = toConlluSentences(english.parse(text));
    expect(readConllu(writeConllu(sentences))).toEqual(sentences);
  });

  test('multiword tokens, spaces and paragraphs come through', () => {
    const written = writeConllu(toConlluSentences(english.parse(text)));
    expect(written).toContain("2-3\tdon't\t");
    expect(written).toMatch(/know\t.*SpaceAfter=No/);
    expect(written).toMatch(/# newpar\n# text = The end/);
  });

  test('empty nodes and unknown comments are passed over', () => {
    const [sentence] = readConllu(
      '# a = b\r\n1\tHi\thi\tINTJ\tUH\t_\t0\troot\t_\t_\r\n1.1\tx\t_\t_\t_\t_\t_\t_\t_\t_\r\n\r\n',
    );
    expect(sentence!.words.map((word) => word.form)).toEqual(['Hi']);
    expect(sentence!.text).toBe('Hi');
  });
});

describe('model files', () => {
  const arrays = { bytes: Int8Array.of(1, -2, 3), numbers: Float32Array.of(0.5, -1), words: Int32Array.of(7) };

  test('arrays and meta come back as written, at any alignment', () => {
    const bytes = writeModelFile({ meta: { name: 'x' }, arrays });
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    for (const view of [bytes, shifted.subarray(1)])
      expect(readModelFile(view)).toEqual({ meta: { name: 'x' }, arrays });
  });

  test('other files are refused', () => {
    expect(() => readModelFile(new TextEncoder().encode('something else'))).toThrow(/no pawl model file/);
  });
});
