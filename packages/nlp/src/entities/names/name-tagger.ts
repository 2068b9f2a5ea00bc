import { decodeTags, OUTSIDE, TAG_COUNT } from './biluo.ts';
import { markCandidates } from './candidate-tokens.ts';
import { agreeWithinDocument } from './document-agreement.ts';
import { type DocumentUsage, NameFeatureExtractor, readUsage } from './name-features.ts';
import type { NameModel } from './name-model.ts';
import { bestTags, type ChainScores, chainMarginals } from './tag-scorer.ts';
import type { TaggedName } from './tagged-name.ts';
import { ProfileCache, type WordProfile } from './word-profile.ts';

/** Longer stretches are no names but noise, such as one name repeated without end. */
const MAX_NAME_TOKENS = 25;

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
    const profiles = sentences.map((words) => this.#features.profile(words));
    const usage = readUsage(profiles);
    const names = profiles.map((words) => this.#tagSentence(words, usage));
    return agreeWithinDocument(sentences, names);
  }

  /** Scores candidates only: at every other token the sentence falls into independent stretches. */
  #tagSentence(words: readonly WordProfile[], usage: DocumentUsage): TaggedName[] {
    const marks = markCandidates(words);
    let start = marks.indexOf(1);
    if (start < 0) return [];
    const scores = this.#model.weights.score(this.#features.extract(words, usage, marks));
    const names: TaggedName[] = [];
    while (start >= 0) {
      const end = stretchEnd(marks, start);
      const [first, past] = [Math.max(0, start - 1), Math.min(end + 1, marks.length)];
      if (start > 0) forbidNames(scores, first);
      if (end < marks.length) forbidNames(scores, end);
      for (const name of this.#tagStretch(scores, first, past)) names.push(name);
      start = marks.indexOf(1, end);
    }
    return names;
  }

  #tagStretch(allScores: Float64Array, first: number, end: number): TaggedName[] {
    const scores = allScores.subarray(first * TAG_COUNT, end * TAG_COUNT);
    const chain = { tokenCount: end - first, scores, transitions: this.#model.transitions };
    return withConfidence(chain, bestTags(chain)).map((name) => ({
      ...name,
      first: name.first + first,
      last: name.last + first,
    }));
  }
}

/** The first token after `start` that is no candidate. */
function stretchEnd(marks: Uint8Array, start: number): number {
  const end = marks.indexOf(0, start);
  return end < 0 ? marks.length : end;
}

function forbidNames(scores: Float64Array, token: number): void {
  scores.fill(-Infinity, token * TAG_COUNT, (token + 1) * TAG_COUNT);
  scores[token * TAG_COUNT + OUTSIDE] = 0;
}

function withConfidence(chain: ChainScores, tags: Uint8Array): TaggedName[] {
  const spans = decodeTags(tags).filter((span) => span.last - span.first < MAX_NAME_TOKENS);
  if (spans.length === 0) return [];
  const { unary } = chainMarginals(chain);
  return spans.map((span) => {
    let confidence = 1;
    for (let i = span.first; i <= span.last; i++) confidence = Math.min(confidence, unary[i * TAG_COUNT + tags[i]!]!);
    return { ...span, confidence };
  });
}
