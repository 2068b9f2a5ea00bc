import { describe, expect, test } from 'vitest';
import type { StageCall } from '../../src/domain/stage-call.ts';
import { StageError } from '../../src/domain/stage-error.ts';
import type { Usage, UsageBound } from '../../src/domain/usage.ts';
import type { LanguageModel, ModelAnswer, ModelRequest } from '../../src/models/language-model.ts';
import { MeteredModel } from '../../src/models/metered-model.ts';
import { parseModelAddress } from '../../src/models/model-address.ts';
import { priceOf } from '../../src/models/price-list.ts';

const request: ModelRequest = { system: 'Be brief.', user: 'Wie heißt du? 🦀', schema: {}, maxOutputTokens: 100 };
const PRICE = { inputNanos: 150, outputNanos: 600 };

function setup(answer: () => Promise<Partial<ModelAnswer>>, price: typeof PRICE | null = PRICE) {
  const reserved: UsageBound[] = [];
  const settled: (Usage | null)[] = [];
  const call: StageCall = {
    reserve: async (most) => {
      reserved.push(most);
      let open = true;
      return {
        settle: (usage) => {
          if (open) settled.push(usage);
          open = false;
        },
      };
    },
    reserveNow: () => null,
    pay: () => undefined,
    standStill: (wait) => wait,
  };
  const inner: LanguageModel = {
    provider: 'openai',
    model: 'm',
    ask: async () => ({
      text: 'Crab.',
      finish: 'stop',
      inputTokens: 12,
      outputTokens: 3,
      cached: false,
      ...(await answer()),
    }),
    probe: async () => undefined,
    close: async () => undefined,
  };
  const model = new MeteredModel(inner, price);
  const ask = (signal = new AbortController().signal) => model.ask(request, signal, call);
  return { ask, reserved, settled };
}

describe('a metered model', () => {
  test('sets the most aside that a request may take, and puts down what it took', async () => {
    const { ask, reserved, settled } = setup(async () => ({}));
    expect(await ask()).toMatchObject({ text: 'Crab.' });
    const bytes = Buffer.byteLength(`${request.system}${request.user}{}`);
    expect(reserved).toEqual([{ tokens: 1_000 + bytes + 100, costNanos: (1_000 + bytes) * 150 + 100 * 600 }]);
    expect(settled).toEqual([
      {
        provider: 'openai',
        model: 'm',
        requests: 1,
        inputTokens: 12,
        outputTokens: 3,
        costNanos: 12 * 150 + 3 * 600,
        unpricedTokens: 0,
      },
    ]);
  });

  test('counts an answer that nobody wants any more', async () => {
    const { ask, settled } = setup(async () => ({ finish: 'length', text: '{' }));
    await ask();
    expect(settled).toMatchObject([{ requests: 1 }]);
  });

  test('frees what was set aside when there is no answer', async () => {
    const { ask, settled } = setup(async () => Promise.reject(new StageError('transient', 'provider_failed', 'no')));
    await expect(ask()).rejects.toMatchObject({ code: 'provider_failed' });
    expect(settled).toEqual([null]);
  });

  test('asks nothing once the call was given up while it waited for the budget', async () => {
    const { ask, settled } = setup(async () => Promise.reject(new Error('asked')));
    await expect(ask(AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
    expect(settled).toEqual([null]);
  });

  test('counts tokens without a price as such, and estimates where the server counts none', async () => {
    const { ask, reserved, settled } = setup(async () => ({ inputTokens: null, outputTokens: null }), null);
    await ask();
    expect(reserved[0]?.costNanos).toBeNull();
    const inputTokens = Math.ceil(Buffer.byteLength(request.system + request.user) / 3);
    expect(settled).toMatchObject([{ inputTokens, outputTokens: 2, costNanos: 0, unpricedTokens: inputTokens + 2 }]);
  });
});

describe('a price', () => {
  const address = parseModelAddress;

  test('that the user sets counts before the known one', () => {
    const mine = [{ model: 'openai:gpt-4o-mini', input: 1, output: 2 }];
    expect(priceOf(address('openai:gpt-4o-mini'), [])).toEqual({ inputNanos: 150, outputNanos: 600 });
    expect(priceOf(address('openai:gpt-4o-mini'), mine)).toEqual({ inputNanos: 1_000, outputNanos: 2_000 });
  });

  test('is not guessed: neither for an unknown model nor for a known name at another place', () => {
    expect(priceOf(address('openai:gpt-99'), [])).toBeNull();
    expect(priceOf(address('openai:constructor'), [])).toBeNull();
    expect(priceOf(address('openai:gpt-4o-mini@https://proxy.example/v1'), [])).toBeNull();
    const mine = [{ model: 'openai-compatible:llama3.1:8b', input: 0, output: 0 }];
    const local = address('openai-compatible:llama3.1:8b@http://localhost:11434/v1');
    expect(priceOf(local, mine)).toEqual({ inputNanos: 0, outputNanos: 0 });
  });
});
