import { TAG_COUNT } from './biluo.ts';
import { ByteReader, ByteWriter } from './byte-stream.ts';
import { type FeatureRow, FeatureWeights } from './feature-weights.ts';
import { Gazetteer } from './gazetteer.ts';
import { type LexiconEntry, WordLexicon } from './word-lexicon.ts';

/** First byte of a model file; raised when the format changes. */
const FORMAT_VERSION = 2;

/** All that the name tagger learned. */
export interface NameModel {
  readonly lexicon: WordLexicon;
  readonly gazetteer: Gazetteer;
  readonly weights: FeatureWeights;
  /** `transitions[previous * TAG_COUNT + tag]`. */
  readonly transitions: Float64Array;
}

/** What training hands over to be written. */
export interface NameModelParts {
  readonly lexicon: WordLexicon;
  /** Phrase to kind mask. */
  readonly phrases: ReadonlyMap<string, number>;
  readonly scale: number;
  /** Sorted by key. */
  readonly rows: readonly FeatureRow[];
  readonly transitions: Float64Array;
}

function writeLexicon(writer: ByteWriter, lexicon: WordLexicon): void {
  const entries = [...lexicon.entries()];
  writer.text(entries.map(([word]) => word).join('\n'));
  for (const [, entry] of entries) writer.varint(entry.cluster);
  writer.bytes(entries.map(([, entry]) => entry.coarseCluster));
  writer.bytes(entries.map(([, entry]) => entry.casing));
  writer.bytes(entries.map(([, entry]) => entry.nameUse));
}

function readLexicon(reader: ByteReader): WordLexicon {
  const words = reader.text().split('\n');
  const clusters = words.map(() => reader.varint());
  const coarse = reader.bytes(words.length);
  const casing = reader.bytes(words.length);
  const nameUse = reader.bytes(words.length);
  const entry = (i: number): LexiconEntry => ({
    cluster: clusters[i]!,
    coarseCluster: coarse[i]!,
    casing: casing[i]!,
    nameUse: nameUse[i]!,
  });
  return new WordLexicon(new Map(words.map((word, i) => [word, entry(i)])));
}

function writePhrases(writer: ByteWriter, phrases: ReadonlyMap<string, number>): void {
  writer.text([...phrases.keys()].join('\n'));
  for (const kinds of phrases.values()) writer.varint(kinds);
}

function readPhrases(reader: ByteReader): Gazetteer {
  const gazetteer = new Gazetteer();
  for (const phrase of reader.text().split('\n')) gazetteer.add(phrase, reader.varint());
  return gazetteer;
}

/** Serialises a model. */
export function encodeNameModel(parts: NameModelParts): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes([FORMAT_VERSION]);
  writeLexicon(writer, parts.lexicon);
  writePhrases(writer, parts.phrases);
  writer.floats(parts.transitions);
  FeatureWeights.write(writer, parts.scale, parts.rows);
  return writer.finish();
}

/**
 * Reads a model file.
 * @throws {RangeError} when the bytes are of another format or end early.
 */
export function decodeNameModel(bytes: Uint8Array): NameModel {
  const reader = new ByteReader(bytes);
  const version = reader.bytes(1)[0]!;
  if (version !== FORMAT_VERSION) {
    throw new RangeError(`Entity model has format ${version}, expected ${FORMAT_VERSION}. Run "npm run train" again.`);
  }
  const lexicon = readLexicon(reader);
  const gazetteer = readPhrases(reader);
  const transitions = reader.floats(TAG_COUNT * TAG_COUNT);
  return { lexicon, gazetteer, weights: FeatureWeights.read(reader), transitions };
}
