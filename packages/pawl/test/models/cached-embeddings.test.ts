import { expect, test } from 'vitest';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { StageError } from '../../src/domain/stage-error.ts';
import type { AnswerCache, StoredAnswer } from '../../src/models/answers/answer-cache.ts';
import { CachedEmbeddings } from '../../src/models/answers/cached-embeddings.ts';
import type { EmbeddingModel } from '../../src/models/embedding-model.ts';

test('G3 holds every vector that the disk does not take, and asks for none of them again', async () => {
  const saved = new Map<string, StoredAnswer>();
  let isFull = true;
  const cache = {
    find: async (key: string) => saved.get(key) ?? null,
    save: async (key: string, answer: StoredAnswer) => {
      if (isFull) throw new StageError('unavailable', 'cache_unusable', 'There is no space left.');
      saved.set(key, answer);
    },
    close: async () => undefined,
  } satisfies Partial<AnswerCache>;
  const asked: string[] = [];
  const model: EmbeddingModel = {
    provider: 'test',
    model: 'made-up',
    embed: async (texts) => {
      asked.push(...texts);
      return { vectors: texts.map(({ length }) => Int8Array.of(length, 1, 2)), inputTokens: 1 };
    },
    close: async () => undefined,
  };
  const cached = new CachedEmbeddings(model, cache as unknown as AnswerCache);
  const embed = () => cached.embed(['one', 'three', 'eleven'], new AbortController().signal, UNATTENDED_CALL);
  await expect(embed()).rejects.toMatchObject({ code: 'cache_unusable' });
  isFull = false;
  const { vectors } = await embed();
  expect(vectors.map((vector) => vector?.[0])).toEqual([3, 5, 6]);
  expect(asked).toEqual(['one', 'three', 'eleven']);
});
