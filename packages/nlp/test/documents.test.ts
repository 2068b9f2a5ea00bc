import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConllu } from '../src/conllu/conllu.ts';
import {
  DependencyTree,
  type Document,
  type English,
  fetchEnglish,
  fromConlluSentences,
  loadEnglish,
  readDocument,
  type Token,
  toConlluSentences,
} from '../src/index.ts';
import { crc32 } from '../src/model/crc32.ts';

let english: English;
beforeAll(async () => {
  english = await loadEnglish();
});

const TEXT = "We don't know. She can't, either.\n\nMr. Smith of Acme left on Monday for $5.";

describe('documents as JSON', () => {
  test('read back the same', () => {
    const document = english.parse(TEXT, { documentDate: '2024-05-08' });
    expect(readDocument(JSON.stringify(document))).toEqual(document);
  });

  /** A document with one thing changed. */
  const broken = (change: (document: Document) => unknown): string => {
    const document: Document = JSON.parse(JSON.stringify(english.parse(TEXT)));
    return JSON.stringify(change(document) ?? document);
  };
  const withToken = (document: Document, change: Partial<Token>): void => {
    Object.assign(document.sentences[0]!.tokens[1]!, change);
  };

  test.each<[string, (document: Document) => unknown, string]>([
    ['no object', () => 5, 'document must be an object'],
    ['no text', () => ({ sentences: [] }), 'document.text must be'],
    ['a head outside the sentence', (d) => withToken(d, { head: 99 }), 'sentences[0].tokens[1].head must be less than'],
    ['a head that is no number', (d) => withToken(d, { head: 0.5 }), 'sentences[0].tokens[1].head'],
    ['a span that says something else', (d) => withToken(d, { start: 0 }), 'tokens[1].text must be what the text says'],
    ['a wrong index', (d) => withToken(d, { index: 0 }), 'sentences[0].tokens[1].index must be 1'],
    ['a moved entity', (d) => Object.assign(d.entities[0]!, { start: 1 }) && undefined, 'entities[0].text must be'],
  ])('%s is refused, and the place named', (_, change, message) => {
    expect(() => readDocument(broken(change))).toThrow(message);
  });
});

describe('documents out of CoNLL-U', () => {
  test('have true spans and give the same CoNLL-U again', () => {
    const sentences = toConlluSentences(english.parse(TEXT));
    const document = fromConlluSentences(sentences);
    for (const { tokens } of document.sentences) {
      for (const { text, start, end } of tokens) expect(document.text.slice(start, end)).toBe(text);
    }
    expect(toConlluSentences(document)).toEqual(sentences);
    expect(english.triplets(document).length).toBeGreaterThan(0);
  });

  test('whose multiword tokens are not their words keep the words', () => {
    const rows = [
      '1-2\tdu\t_\t_\t_\t_\t_\t_\t_\t_',
      '1\tde\tde\tADP\t_\t_\t2\tcase\t_\t_',
      '2\tle\tle\tDET\t_\t_\t0\troot\t_\t_',
    ];
    const { text, sentences } = fromConlluSentences(readConllu(`${rows.join('\n')}\n\n`));
    expect(sentences[0]!.tokens.map(({ start, end }) => text.slice(start, end))).toEqual(['de', 'le']);
  });
});

describe('a tree', () => {
  test('is walked from its root down and from any word up', () => {
    const [sentence] = english.parse('The old dog of my uncle chased a cat.').sentences;
    const tree = new DependencyTree(sentence!);
    const [root, ...others] = tree.roots;
    expect([root?.text, others]).toEqual(['chased', []]);
    const [subject] = tree.childrenBy(root!, 'nsubj');
    expect(tree.subtreeOf(subject!).map(({ text }) => text)).toEqual(['The', 'old', 'dog', 'of', 'my', 'uncle']);
    expect(tree.headOf(subject!)).toBe(root);
    expect(tree.headOf(root!)).toBeUndefined();
  });

  test('with any heads, cycles too, is walked to an end', () => {
    const heads = fc.array(fc.integer({ min: -2, max: 12 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(heads, (given) => {
        const tokens = given.map((head, index) => ({ index, head, text: 'w', deprel: 'dep' }) as Token);
        const tree = new DependencyTree({ tokens });
        for (const token of tokens) expect(tree.subtreeOf(token)).toContain(token);
      }),
    );
  });
});

describe('models over HTTP', () => {
  let server: Server;
  let address: string;
  const folder = join(import.meta.dirname, '..', 'models');
  beforeAll(async () => {
    server = createServer((request, response) => {
      const [, kind, file] = request.url!.split('/');
      if (kind === 'missing' && file === 'parser.bin') response.writeHead(404).end();
      else {
        const bytes = readFileSync(join(folder, basename(file!)));
        if (kind === 'damaged' && file === 'lemmas.bin') bytes[99]! ^= 1;
        response.end(bytes);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test('parse as those of the package do, in whatever has fetch', async () => {
    const fetched = await fetchEnglish(`${address}/whole`);
    expect(fetched.parse(TEXT)).toEqual(english.parse(TEXT));
  });

  test('that are missing or damaged are named', async () => {
    await expect(fetchEnglish(`${address}/missing/`)).rejects.toThrow('parser.bin cannot be had: HTTP 404');
    await expect(fetchEnglish(new URL(`${address}/damaged/`))).rejects.toThrow('lemmas.bin is damaged');
  });

  test('are checked by the checksum that zlib has', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => crc32(bytes) === zlibCrc32(bytes)));
  });
});
