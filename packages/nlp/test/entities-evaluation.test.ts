import { describe, expect, test } from 'vitest';
import { readIob2 } from '../evaluation/iob2.ts';
import { evaluateNer } from '../evaluation/ner.ts';
import { SpanF1 } from '../evaluation/span-f1.ts';
import type { Document, Entity } from '../src/document.ts';
import { plainSentences } from './plain-sentences.ts';

const FILE = `# newdoc id = a
# sent_id = a-1
1	Ann	B-PER	-	-
2	Lee	I-PER	-	-
3	left	O	-	-
4	New	B-LOC	-	-
5	York	I-LOC	-	-

# sent_id = a-2
1	IBM	B-ORG	-	-
2	grew	O	-	-
`;

describe('span F1', () => {
  test('one of two predicted and one of three gold spans right', () => {
    const score = new SpanF1();
    score.add(
      [
        { first: 0, last: 1, label: 'PER' },
        { first: 3, last: 3, label: 'LOC' },
        { first: 5, last: 5, label: 'ORG' },
      ],
      [
        { first: 0, last: 1, label: 'PER' },
        { first: 3, last: 4, label: 'LOC' },
      ],
    );
    expect(score.overall()).toEqual({ precision: 50, recall: 33.33, f1: 40 });
    expect(score.byLabel().PER).toEqual({ precision: 100, recall: 100, f1: 100 });
  });

  test('nothing predicted and nothing wanted is zero, not an error', () => {
    expect(new SpanF1().overall()).toEqual({ precision: 0, recall: 0, f1: 0 });
  });
});

test('IOB2 sentences, spans and document marks are read, with either line end', () => {
  for (const content of [FILE, FILE.replaceAll('\n', '\r\n')]) {
    const sentences = readIob2(content);
    expect(sentences.map((sentence) => sentence.startsDocument)).toEqual([true, false]);
    expect(sentences[0]!.spans).toEqual([
      { first: 0, last: 1, label: 'PER' },
      { first: 3, last: 4, label: 'LOC' },
    ]);
  }
});

test('names are scored over the gold tokens, GPE as LOC, other types not at all', () => {
  const entity = (text: string, type: Entity['type'], found: string): Entity => {
    const start = text.indexOf(found);
    return { text: found, type, start, end: start + found.length, confidence: 1 };
  };
  const parse = (words: readonly (readonly string[])[]): Document => {
    const text = words.map((sentence) => sentence.join(' ')).join('\n');
    const entities = [entity(text, 'PER', 'Ann'), entity(text, 'GPE', 'New York'), entity(text, 'DATE', 'grew')];
    return { text, sentences: plainSentences(text), entities };
  };
  const { by_type, ...overall } = evaluateNer(FILE, parse);
  expect(overall).toEqual({ precision: 50, recall: 33.33, f1: 40 });
  expect(Object.keys(by_type)).toEqual(['LOC', 'ORG', 'PER']);
});
