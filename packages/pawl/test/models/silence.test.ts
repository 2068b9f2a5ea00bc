import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { AiSdkEmbeddings } from '../../src/models/ai-sdk/ai-sdk-embeddings.ts';
import { AiSdkModel } from '../../src/models/ai-sdk/ai-sdk-model.ts';
import { sdkEmbeddings, sdkModels } from '../../src/models/ai-sdk/sdk-models.ts';
import { FlowControlledEmbeddings } from '../../src/models/flow/flow-controlled-embeddings.ts';
import { FlowControlledModel } from '../../src/models/flow/flow-controlled-model.ts';
import { GroupedEmbeddings } from '../../src/models/grouped-embeddings.ts';
import { parseModelAddress } from '../../src/models/model-address.ts';
import { FakeClock } from '../engine/fake-clock.ts';
import { EmbeddingServer } from './embedding-server.ts';
import { ModelServer } from './model-server.ts';

// A real server that takes requests and never answers, and a clock that the test moves.

const TIMEOUT_MS = 120_000;
const FLOW = { requestTimeoutMs: TIMEOUT_MS, requestsPerMinute: null, tokensPerMinute: null };
const AT_ONCE_IN_THE_BEGINNING = 4;
const never = new AbortController().signal;
const texts = (howMany: number) => Array.from({ length: howMany }, (_, i) => `text number ${i}`);

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

describe('an embedding server that takes requests and answers none', () => {
  let server: EmbeddingServer;
  beforeEach(async () => {
    server = await EmbeddingServer.start();
    server.state = 'silent';
  });
  afterEach(() => server.close());

  function setup() {
    const address = parseModelAddress(server.address);
    const sdk = new AiSdkEmbeddings(address, () => sdkEmbeddings(address, undefined));
    const model = new GroupedEmbeddings(new FlowControlledEmbeddings(sdk, FLOW, clock), 32);
    return (asked: readonly string[]) => {
      const ended: { atMs: number | null } = { atMs: null };
      const embedded = model.embed(asked, never, UNATTENDED_CALL).finally(() => {
        ended.atMs = clock.now();
      });
      embedded.catch(() => undefined);
      return { embedded, ended };
    };
  }
  const requests = (howMany: number) => expect.poll(() => server.requests).toBe(howMany);

  test('is waited for as long as one request may take, however many texts there are', async () => {
    const { embedded, ended } = setup()(texts(1_000));
    await requests(AT_ONCE_IN_THE_BEGINNING);
    await clock.advance(TIMEOUT_MS - 1);
    expect(ended.atMs).toBeNull();
    await clock.advance(1);
    await expect(embedded).rejects.toMatchObject({ code: 'timeout', message: 'No answer within 120 s.' });
    expect(ended.atMs).toBe(TIMEOUT_MS);
    expect(server.requests).toBe(AT_ONCE_IN_THE_BEGINNING);
  });

  test('is let alone then, and asked again later', async () => {
    const embed = setup();
    const first = embed(texts(1));
    await requests(1);
    await clock.advance(TIMEOUT_MS);
    await expect(first.embedded).rejects.toMatchObject({ code: 'timeout' });
    server.state = 'here';
    await expect(embed(texts(1)).embedded).rejects.toMatchObject({ code: 'timeout' });
    expect(server.requests).toBe(1);
    await clock.advance(10_000);
    expect((await embed(texts(1)).embedded).vectors).toHaveLength(1);
  });

  test('is not given up for a request that was lost, while it answers others: that is sent again', async () => {
    const embed = setup();
    const lost = embed(['lost']);
    await requests(1);
    server.state = 'here';
    await clock.advance(1_000);
    await embed(['another']).embedded;
    await clock.advance(TIMEOUT_MS);
    await requests(3);
    expect((await lost.embedded).vectors).toHaveLength(1);
  });
});

test.each([
  ['that is asked for summaries is given up', true, 1],
  ['that is asked for events is sent the same again: documents cannot do without', false, 5],
] as const)('a language model %s', async (_, isOptional, sends) => {
  const server = await ModelServer.start({ fault: () => 'stall' });
  try {
    const address = parseModelAddress(`openai-compatible:tiny@${server.url}`);
    const model = new FlowControlledModel(
      new AiSdkModel(address, sdkModels(address, undefined)),
      FLOW,
      clock,
      isOptional,
    );
    const question = { system: '', user: 'Why?', schema: {}, maxOutputTokens: 10 };
    const asked = model.ask(question, never, UNATTENDED_CALL);
    asked.catch(() => undefined);
    for (let i = 1; i <= sends; i++) {
      await expect.poll(() => server.requests.length).toBe(i);
      await clock.advance(TIMEOUT_MS + 15_000);
    }
    await expect(asked).rejects.toMatchObject({ code: 'timeout' });
    expect(server.requests).toHaveLength(sends);
  } finally {
    await server.close();
  }
});
