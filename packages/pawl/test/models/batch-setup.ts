import type { StageCall } from '../../src/domain/stage-call.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { AiSdkModel } from '../../src/models/ai-sdk/ai-sdk-model.ts';
import { sdkModels } from '../../src/models/ai-sdk/sdk-models.ts';
import type { BatchModel } from '../../src/models/batch-api/batch-model.ts';
import type { RoundsPolicy } from '../../src/models/batch-api/batch-rounds.ts';
import { createBatchModel } from '../../src/models/batch-api/create-batch-model.ts';
import type { ModelRequest } from '../../src/models/language-model.ts';
import { MeteredModel } from '../../src/models/metered-model.ts';
import { parseModelAddress } from '../../src/models/model-address.ts';
import type { Stage } from '../../src/pipeline/stage.ts';

const PRICE = { inputNanos: 1_000, outputNanos: 10_000 };
/** Of an answer with 100 input and 10 output tokens, at half the price. */
export const BATCH_ANSWER_NANOS = (100 * 1_000 + 10 * 10_000) / 2;

export const QUICK: RoundsPolicy = {
  patienceMs: 3_600_000,
  minPollMs: 5,
  maxPollMs: 30,
  graceMs: 250,
  requestsPerBatch: 25,
};

/** A model that is asked by the batch API of a test server. @param provider `openai` or `anthropic` */
export function batchModel(
  provider: string,
  baseUrl: string,
  folder: string,
  policy: RoundsPolicy = QUICK,
): BatchModel {
  const address = parseModelAddress(`${provider}:test-model@${baseUrl}`);
  const clientWith = (send: typeof fetch) => new AiSdkModel(address, sdkModels(address, 'key', send));
  const live = new MeteredModel(clientWith(fetch), PRICE);
  return createBatchModel({
    address,
    apiKey: 'key',
    live,
    clientWith,
    price: PRICE,
    folder,
    policy,
    clock: systemClock,
  });
}

export function question(user: string): ModelRequest {
  const schema = {
    type: 'object',
    properties: { answer: { type: 'string' } },
    required: ['answer'],
    additionalProperties: false,
  };
  return { system: 'Answer.', user, schema, maxOutputTokens: 50 };
}

/** Asks one question of each document, and one more that takes up its answer. */
export function askingStage(model: BatchModel): Stage {
  const ask = async (user: string, signal: AbortSignal, call: StageCall) => {
    const { text } = await model.ask(question(user), signal, call);
    return (JSON.parse(text) as { answer: string }).answer;
  };
  return {
    name: 'asked',
    provider: model.provider,
    model: model.model,
    fingerprint: 'asked',
    description: 'asked',
    run: async ({ document }, signal, call) => {
      const first = await ask(`first of ${document.documentId}`, signal, call);
      return { value: [first, await ask(`then ${first}`, signal, call)] };
    },
    awaitPostponed: (signal, tell) => model.awaitPostponed(signal, tell),
    close: () => model.close(),
  };
}
