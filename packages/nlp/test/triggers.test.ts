import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type EventDocument, readEventCorpus } from '../evaluation/event-corpus.ts';
import { evaluateTriggers } from '../evaluation/triggers.ts';
import { EntityRecognizer } from '../src/entities/entity-recognizer.ts';
import type { WordLexicon } from '../src/entities/names/word-lexicon.ts';
import { type Document, type English, type EventTrigger, loadEnglish } from '../src/index.ts';
import { TriggerTagger } from '../src/triggers/trigger-tagger.ts';
import { trainTriggers } from '../training/train-triggers.ts';

let english: English;
let lexicon: WordLexicon;
beforeAll(async () => {
  english = await loadEnglish();
  const model = readFileSync(new URL('../models/entities.bin', import.meta.url));
  lexicon = EntityRecognizer.load(new Uint8Array(model)).lexicon;
});

const triggersOf = (text: string): string[] =>
  english.triggers(english.parse(text)).map((trigger) => trigger.text.toLowerCase());

describe('triggers of events', () => {
  test.each([
    ['Police arrested two men after the shooting in Chicago.', ['arrested', 'shooting']],
    ['The earthquake killed 40 people and destroyed hundreds of homes.', ['earthquake', 'killed', 'destroyed']],
    ['The company announced its acquisition of a rival.', ['announced', 'acquisition']],
    ['My uncle has a house near the river.', []],
    ['A red car, a tall building and an old man.', []],
  ])('%s', (text, expected) => expect(triggersOf(text)).toEqual(expected));

  test('an explanation names the features of the word, the strongest first, and adds up to the decision', () => {
    const { sentences, entities } = english.parse('The union announced a strike on Monday.');
    const { probability, features } = english.explainTrigger(sentences[0]!, entities, 2);
    expect(probability).toBeGreaterThan(0.5);
    expect(features.map(({ feature }) => feature)).toContain('lemma = announce');
    const weights = features.map(({ weight }) => Math.abs(weight));
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
  });
});

describe('laws of triggers', () => {
  test('any text at all gives true spans in the order of the text', () => {
    const words = fc.constantFrom('killed', 'the', 'attack', '🙂', '\u0000', '\ud800', '.', '\n\n', 'Obama', 'out');
    const texts = fc.array(words, { maxLength: 60 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(texts, (text) => {
        const document = english.parse(text);
        let end = 0;
        for (const trigger of english.triggers(document)) {
          expect(text.slice(trigger.start, trigger.end)).toBe(trigger.text);
          expect(trigger.start).toBeGreaterThanOrEqual(end);
          expect(document.sentences[trigger.sentence]!.tokens[trigger.token]!.start).toBeGreaterThanOrEqual(
            trigger.start,
          );
          expect(trigger.confidence).toBeGreaterThanOrEqual(0.5);
          end = trigger.end;
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** Sentences of one pattern; their verb is the event. */
const LESSONS: EventDocument[] = ['Anna', 'Peter', 'Mary', 'Tom'].flatMap((name) =>
  ['visited', 'attacked', 'bought'].map((verb) => ({
    sentences: [[name, verb, 'the', 'old', 'house', '.']],
    checked: [0],
    mentions: [{ sentence: 0, tokens: [1] }],
  })),
);

describe('training of triggers', () => {
  const train = () => trainTriggers(LESSONS, (sentences) => english.parseTokens(sentences), lexicon, 1);

  test('repeats bit for bit', () => expect(train()).toEqual(train()));

  test('learns what it is shown', () => {
    const document = english.parseTokens([['Susan', 'visited', 'the', 'big', 'garden', '.']]);
    const found = TriggerTagger.read(train(), lexicon).find(document);
    expect(found.map(({ text }) => text)).toEqual(['visited']);
  });
});

describe('the evaluation of triggers', () => {
  const line = {
    sentences: [['He', 'was', 'shot', 'dead', '\t'], [], ['They', 'gave', 'it', 'up']],
    checked_sentences: [0, 2],
    mentions: [
      { type: 'ACTION_OCCURRENCE', sentence: 0, tokens: [2, 3] },
      { type: 'NEG_ACTION_STATE', sentence: 2, tokens: [1, 3] },
      { type: 'HUMAN_PART_PER', sentence: 2, tokens: [0] },
      { type: 'ACTION_OCCURRENCE', sentence: 1, tokens: [0] },
    ],
  };

  /** Finds the words named, each for itself. */
  const finder =
    (...wanted: string[]) =>
    (sentences: readonly (readonly string[])[]) => {
      const document: Document = english.parseTokens(sentences);
      const triggers = document.sentences.flatMap(({ index, tokens }) =>
        tokens
          .filter(({ text }) => wanted.includes(text))
          .map(
            ({ text, start, end, index: token }): EventTrigger => ({
              text,
              start,
              end,
              token,
              sentence: index,
              confidence: 1,
            }),
          ),
      );
      return { document, triggers };
    };

  test('counts checked sentences only, events only, and a trigger only when all its words are right', () => {
    const corpus = readEventCorpus(JSON.stringify(line));
    const { precision, recall, f1, by_type } = evaluateTriggers(corpus, finder('shot', 'gave'));
    expect({ precision, recall, f1 }).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(Object.keys(by_type)).toEqual(['verb']);
  });

  test('a mention of one word that is found counts', () => {
    const simple = { ...line, mentions: [{ type: 'ACTION_OCCURRENCE', sentence: 2, tokens: [1] }] };
    const corpus = readEventCorpus(JSON.stringify(simple));
    const { precision, recall, f1 } = evaluateTriggers(corpus, finder('shot', 'gave'));
    expect({ precision, recall, f1 }).toEqual({ precision: 50, recall: 100, f1: 66.67 });
  });
});
