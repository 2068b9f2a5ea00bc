import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { PawlError } from '../../domain/errors.ts';
import type { Clock } from '../../engine/clock.ts';
import type { LanguageModel } from '../language-model.ts';
import type { ModelAddress } from '../model-address.ts';
import type { TokenPrice } from '../price-list.ts';
import { anthropicBatches } from './anthropic/anthropic-batches.ts';
import type { ApiAddress } from './api-call.ts';
import { BatchLedger } from './batch-ledger.ts';
import { BatchModel } from './batch-model.ts';
import type { BatchProtocol } from './batch-protocol.ts';
import { BatchRounds, type RoundsPolicy } from './batch-rounds.ts';
import { openAiBatches } from './openai/openai-batches.ts';
import { WireFormat } from './wire-format.ts';

/** Both providers take half. */
const BATCH_SHARE_OF_PRICE = 0.5;
const LEDGER_FILE = 'llm-batches.db';
const CALL_TIMEOUT_MS = 300_000;
const MARK_BYTES = 8;

interface BatchProvider {
  readonly baseUrl: string;
  headers(apiKey: string): Readonly<Record<string, string>>;
  connect(address: ApiAddress): BatchProtocol;
}

/** Who has a batch API. */
const PROVIDERS: Readonly<Partial<Record<ModelAddress['provider'], BatchProvider>>> = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    headers: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
    connect: openAiBatches,
  },
  anthropic: {
    baseUrl: 'https://api.anthropic.com/v1',
    headers: (apiKey) => ({ 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }),
    connect: anthropicBatches,
  },
};

export const DEFAULT_POLICY: Omit<RoundsPolicy, 'patienceMs'> = {
  minPollMs: 2_000,
  maxPollMs: 60_000,
  graceMs: 120_000,
  requestsPerBatch: 5_000,
};

export interface BatchModelParts {
  readonly address: ModelAddress;
  readonly apiKey: string;
  /** The same model by its live API, metered. */
  readonly live: LanguageModel;
  /** The live API's client, sending by the function it is given. */
  readonly clientWith: (send: typeof fetch) => LanguageModel;
  /** Of the live API. */
  readonly price: TokenPrice | null;
  /** Where the ledger is kept, beside what else there is of the batch. */
  readonly folder: string;
  readonly policy: RoundsPolicy;
  readonly clock: Clock;
}

/**
 * The model by its provider's batch API. The ledger is opened, and made where there is none.
 * @throws {PawlError} `invalid_setting` for a provider that has no batch API
 */
export function createBatchModel(parts: BatchModelParts): BatchModel {
  const { address, apiKey, live, clientWith, price, folder, policy, clock } = parts;
  const provider = requireBatchApi(address);
  const ledger = new BatchLedger(join(folder, LEDGER_FILE), `${live.provider} ${live.model}`);
  const protocol = provider.connect({
    baseUrl: address.baseUrl ?? provider.baseUrl,
    headers: provider.headers(apiKey),
    timeoutMs: CALL_TIMEOUT_MS,
  });
  const newMark = () => randomBytes(MARK_BYTES).toString('hex');
  const rounds = new BatchRounds({ ledger, protocol, wire: new WireFormat(clientWith), policy, clock, newMark });
  return new BatchModel({ live, ledger, rounds, price: batchPrice(price), now: () => clock.now() });
}

/** @throws {PawlError} `invalid_setting` for a provider that has no batch API */
export function requireBatchApi({ provider, model }: ModelAddress): BatchProvider {
  const known = PROVIDERS[provider];
  if (known !== undefined) return known;
  const have = Object.keys(PROVIDERS).join(' and ');
  const message = `llm-batch is set, but ${provider}:${model} has no batch API that pawl knows; ${have} have one.`;
  throw new PawlError('invalid_setting', message);
}

/** What the same tokens cost by the batch API. */
export function batchPrice(price: TokenPrice | null): TokenPrice | null {
  if (price === null) return null;
  return {
    inputNanos: price.inputNanos * BATCH_SHARE_OF_PRICE,
    outputNanos: price.outputNanos * BATCH_SHARE_OF_PRICE,
  };
}
