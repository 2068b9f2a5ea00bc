import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIob2 } from '../evaluation/iob2.ts';

const IOB2_FILES = [
  'uner-english-ewt/en_ewt-ud-train.iob2',
  'ud-english-gum/en_gum-free-train.names.iob2',
  'wikigold/wikigold.iob2',
  'crossner/crossner.train.iob2',
  'crossner/crossner.dev.iob2',
];

function readJsonl<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

function readVerticalSentences(path: string): string[][] {
  const blocks = readFileSync(path, 'utf8').split(/\n{2,}/);
  return blocks.map((block) =>
    block
      .split('\n')
      .filter((line) => !line.startsWith('# '))
      .map((line) => line.split('\t')[0] ?? ''),
  );
}

/** Rough sentences and treebank-like tokens of raw text: good enough for counting neighbours. */
function splitRaw(text: string): string[][] {
  return text
    .split(/(?<=[.!?]["”']?)\s+(?=["“']?\p{Lu})|\n+/u)
    .map(
      (s) =>
        s.match(/(?:\p{Lu}\.){2,}|\p{L}+(?=n't\b)|n't\b|['’](?:s|re|ve|ll|d|m)\b|[\p{L}\p{N}]+(?:[.,]\p{N}+)*|\S/gu) ??
        [],
    );
}

/** Every tokenised sentence of the training texts, labelled or not, held-out and dev splits excepted. */
export function readUnlabelledSentences(dataDirectory: string): (readonly string[])[] {
  const path = (name: string) => join(dataDirectory, name);
  const labelled = IOB2_FILES.flatMap((file) => readIob2(readFileSync(path(file), 'utf8')).map((s) => s.words));
  const news = readJsonl<{ sentences: string[][] }>(path('ecbplus/ecbplus.train.jsonl')).flatMap((d) => d.sentences);
  const novels = readVerticalSentences(path('litbank-events/litbank-events.train.tsv'));
  const raw = readJsonl<{ document_id: string; cleaned_text: string }>(path('sample-documents/load-documents.jsonl'))
    .filter((document) => /^(?:wikinews|meantime|re3d)-/.test(document.document_id))
    .flatMap((document) => splitRaw(document.cleaned_text));
  return [...labelled, ...news, ...novels, ...raw].filter((sentence) => sentence.length > 0);
}
