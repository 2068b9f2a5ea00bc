import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventDocument, readEventCorpus } from '../evaluation/event-corpus.ts';
import { alignSentences } from '../evaluation/triggers.ts';
import type { Document } from '../src/document.ts';
import type { WordLexicon } from '../src/entities/names/word-lexicon.ts';
import { quantizeClassifier } from '../src/linear/hashed-classifier.ts';
import { writeModelFile } from '../src/model/model-file.ts';
import { TriggerFeatures } from '../src/triggers/trigger-features.ts';
import { isTriggerCandidate, TRIGGER_CLASSES } from '../src/triggers/trigger-tagger.ts';
import { triggerWords } from '../src/triggers/trigger-words.ts';
import { type Decision, decisionOf, fitClassifier } from './linear.ts';

/** Steps this small, and no sooner stopped, are what keeps 30,000 decisions from being learnt by heart. */
const LEARNING = { classes: 3, rows: 1 << 18, epochs: 15, learningRate: 0.007, l2: 1e-3 };

/** The documents that triggers are learnt from. */
export function readTriggerCorpus(data: string): EventDocument[] {
  return readEventCorpus(readFileSync(join(data, 'ecbplus', 'ecbplus.train.jsonl'), 'utf8'));
}

/**
 * Trains the trigger classifier on the checked sentences; returns the model file.
 * @param parse analyses given words as the pipeline will: its mistakes are part of what is learnt
 * @param lexicon the word classes of the entity model
 */
export function trainTriggers(
  documents: readonly EventDocument[],
  parse: (sentences: readonly (readonly string[])[]) => Document,
  lexicon: WordLexicon,
  seed: number,
): Uint8Array {
  const eventNouns = readEventNouns();
  const listed = new Set(eventNouns);
  const decisions = documents.flatMap((document) => decisionsOf(document, parse(document.sentences), lexicon, listed));
  const { meta, arrays } = fitClassifier(decisions, { ...LEARNING, seed });
  return writeModelFile({ meta: { ...meta, eventNouns }, arrays });
}

/** A model that finds nothing: stands in while the pipeline that triggers are learnt from has none. */
export function untrainedTriggers(): Uint8Array {
  const { meta, arrays } = quantizeClassifier(new Float64Array(LEARNING.classes), LEARNING.classes);
  return writeModelFile({ meta: { ...meta, eventNouns: [] }, arrays });
}

function readEventNouns(): string[] {
  const content = readFileSync(new URL('triggers/event-nouns.txt', import.meta.url), 'utf8');
  return content.trim().split(/,\s+/);
}

function decisionsOf(
  { sentences, checked, mentions }: EventDocument,
  document: Document,
  lexicon: WordLexicon,
  eventNouns: ReadonlySet<string>,
): Decision[] {
  const aligned = alignSentences(sentences, document);
  const list = TriggerFeatures.list();
  return checked.flatMap((s) => {
    const [sentence, ...rest] = aligned[s]!;
    if (sentence === undefined || rest.length > 0) return [];
    const classes = classesOf(mentions.filter((mention) => mention.sentence === s));
    const words = triggerWords(sentence, document.entities, lexicon, eventNouns);
    const features = new TriggerFeatures(words);
    return words.flatMap((word, i) => {
      if (!isTriggerCandidate(word)) return [];
      features.collect(i, list);
      return [decisionOf(list, classes.get(i) ?? TRIGGER_CLASSES.outside)];
    });
  });
}

/** The class of each marked word of a sentence. */
function classesOf(mentions: EventDocument['mentions']): Map<number, number> {
  const { begin, inside } = TRIGGER_CLASSES;
  return new Map(
    mentions.flatMap(({ tokens }) =>
      tokens.map((token) => [token, tokens.includes(token - 1) ? inside : begin] as const),
    ),
  );
}
