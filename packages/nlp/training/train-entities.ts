import { encodeSpans, OUTSIDE, TAG_COUNT } from '../src/entities/names/biluo.ts';
import type { FeatureRow } from '../src/entities/names/feature-weights.ts';
import { Gazetteer } from '../src/entities/names/gazetteer.ts';
import { NameFeatureExtractor, readUsage, type SentenceFeatures } from '../src/entities/names/name-features.ts';
import { encodeNameModel } from '../src/entities/names/name-model.ts';
import { ProfileCache } from '../src/entities/names/word-profile.ts';
import { buildLexicon } from './build-lexicon.ts';
import { type ChainExample, type ChainWeights, trainChain } from './chain-trainer.ts';
import { readGazetteerFiles } from './gazetteer-files.ts';
import { lowerCasedCopies, type NameDocument, type NameExample, readNameCorpora } from './name-corpora.ts';
import { readUnlabelledSentences } from './unlabelled-text.ts';

const LEXICON = { fine: 300, coarse: 64, minCount: 3, rounds: 8 };
const LEARNING = {
  epochs: 6,
  averageFrom: 4,
  learningRate: 0.1,
  l1: 0.3,
  l2: 1,
  dropout: 0.2,
  wordingDropout: 0.2,
  seed: 1,
};
/** Features seen less often are not learned from. */
const MIN_FEATURE_COUNT = 2;
/** Weights are stored as multiples of this. */
const WEIGHT_STEP = 1 / 32;
const MAX_STEPS = 127;
/** Taken off every move to the outside of names: the likelihood favours precision, F1 wants it even with recall. */
const OUTSIDE_PENALTY = 0.2;

interface FeaturedExample {
  readonly example: NameExample;
  readonly features: SentenceFeatures;
}

function extractFeatures(documents: readonly NameDocument[], extractor: NameFeatureExtractor): FeaturedExample[] {
  return documents.flatMap((document) => {
    const profiles = document.map((example) => extractor.profile(example.words));
    const usage = readUsage(profiles);
    return document.map((example, i) => ({ example, features: extractor.extract(profiles[i]!, usage) }));
  });
}

/** Numbers the features that occur often enough, in order of first appearance. */
function numberFeatures(examples: readonly FeaturedExample[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { features } of examples)
    for (const hash of features.hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  const kept = [...counts].filter(([, count]) => count >= MIN_FEATURE_COUNT);
  return new Map(kept.map(([hash], number) => [hash, number]));
}

function toChainExample({ example, features }: FeaturedExample, numbers: ReadonlyMap<number, number>): ChainExample {
  return {
    features: features.hashes.map((hash) => numbers.get(hash) ?? -1),
    offsets: features.offsets,
    tags: encodeSpans(example.words.length, example.spans),
    target: example.target,
    weight: example.weight,
  };
}

/** Rounds weights to steps and drops what rounds to zero. */
function quantise(numbers: ReadonlyMap<number, number>, { features }: ChainWeights): FeatureRow[] {
  const rows: FeatureRow[] = [];
  for (const [hash, number] of numbers) {
    const tags: number[] = [];
    const weights: number[] = [];
    for (let tag = 0; tag < TAG_COUNT; tag++) {
      const steps = Math.round(features[number * TAG_COUNT + tag]! / WEIGHT_STEP);
      if (steps === 0) continue;
      tags.push(tag);
      weights.push(Math.max(-MAX_STEPS, Math.min(MAX_STEPS, steps)));
    }
    if (tags.length > 0) rows.push({ key: hash >>> 0, tags, weights });
  }
  return rows.sort((a, b) => a.key - b.key);
}

function penaliseOutside(transitions: Float64Array): Float64Array {
  return transitions.map((score, move) => (move % TAG_COUNT === OUTSIDE ? score - OUTSIDE_PENALTY : score));
}

/**
 * Trains the entity model from the corpora under `dataDirectory`. Same input, same bytes.
 * @returns the content of `models/entities.bin`.
 */
export function trainEntities(dataDirectory: string, log: (line: string) => void): Uint8Array {
  log('entities: clustering words');
  const documents = readNameCorpora(dataDirectory);
  const lexicon = buildLexicon(readUnlabelledSentences(dataDirectory), documents.flat(), LEXICON);
  const phrases = readGazetteerFiles();
  const gazetteer = new Gazetteer();
  for (const [phrase, kinds] of phrases) gazetteer.add(phrase, kinds);
  const extractor = new NameFeatureExtractor(new ProfileCache(lexicon), gazetteer);
  const featured = extractFeatures([...documents, ...lowerCasedCopies(documents)], extractor);
  const numbers = numberFeatures(featured);
  log(`entities: ${featured.length} sentences, ${numbers.size} features`);
  const weights = trainChain(
    featured.map((example) => toChainExample(example, numbers)),
    {
      ...LEARNING,
      featureCount: numbers.size,
      onEpoch: (epoch, loss) => log(`entities: epoch ${epoch}, loss ${loss.toFixed(0)}`),
    },
  );
  const rows = quantise(numbers, weights);
  const transitions = penaliseOutside(weights.transitions);
  const bytes = encodeNameModel({ lexicon, phrases, scale: WEIGHT_STEP, rows, transitions });
  log(`entities: ${rows.length} features kept, ${bytes.length} bytes`);
  return bytes;
}
