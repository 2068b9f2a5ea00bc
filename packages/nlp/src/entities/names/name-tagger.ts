import { decodeTags, type NameSpan, TAG_COUNT } from './biluo.ts';
import { NameFeatureExtractor } from './name-features.ts';
import type { NameModel } from './name-model.ts';
import { bestTags, type ChainScores, chainMarginals } from './tag-scorer.ts';
import { ProfileCache } from './word-profile.ts';

/** A name with the probability the model gives its least certain token. */
export interface TaggedName extends NameSpan {
  readonly confidence: number;
}

/** Finds names in the sentences of one document. Holds caches: not for concurrent use. */
export class NameTagger {
  readonly #model: NameModel;
  readonly #features: NameFeatureExtractor;

  constructor(model: NameModel) {
    this.#model = model;
    this.#features = new NameFeatureExtractor(new ProfileCache(model.lexicon), model.gazetteer);
  }

  /** @returns the names of each sentence, in order and without overlap. */
  tag(sentences: readonly (readonly string[])[]): TaggedName[][] {
    const usage = this.#features.readUsage(sentences);
    return sentences.map((words) => {
      const scores = this.#model.weights.score(this.#features.extract(words, usage));
      const chain = { tokenCount: words.length, scores, transitions: this.#model.transitions };
      return withConfidence(chain, bestTags(chain));
    });
  }
}

function withConfidence(chain: ChainScores, tags: Uint8Array): TaggedName[] {
  const spans = decodeTags(tags);
  if (spans.length === 0) return [];
  const { unary } = chainMarginals(chain);
  return spans.map((span) => {
    let confidence = 1;
    for (let i = span.first; i <= span.last; i++) confidence = Math.min(confidence, unary[i * TAG_COUNT + tags[i]!]!);
    return { ...span, confidence };
  });
}
