import type { ModelServerOptions } from '../../packages/pawl/test/models/model-server.ts';

export interface BenchedServer {
  readonly description: string;
  readonly options: ModelServerOptions;
  /** Answers in a second that it can give at best. */
  readonly bestPerSecond: number;
}

const ANSWER_MS = 200;
const AT_ONCE = 12;

export const SERVERS = {
  concurrency: {
    description: `takes ${AT_ONCE} requests at once, refuses others`,
    options: { latencyMs: () => ANSWER_MS, maxConcurrent: AT_ONCE },
    bestPerSecond: (1_000 / ANSWER_MS) * AT_ONCE,
  },
  rate: {
    description: 'takes 50 requests/s, refuses others',
    options: { latencyMs: () => ANSWER_MS, perSecond: 50, burst: 50 },
    bestPerSecond: 50,
  },
  both: {
    description: 'takes 12 requests at once and 40 requests/s, refuses others',
    options: { latencyMs: () => ANSWER_MS, maxConcurrent: AT_ONCE, perSecond: 40, burst: 10 },
    bestPerSecond: 40,
  },
  saturating: {
    description: `never refuses; beyond ${AT_ONCE} requests at once each takes longer in proportion`,
    options: { latencyMs: (concurrent) => ANSWER_MS * Math.max(1, concurrent / AT_ONCE) },
    bestPerSecond: (1_000 / ANSWER_MS) * AT_ONCE,
  },
  choking: {
    description: `never refuses; does most with ${AT_ONCE} requests at once and less the more there are`,
    options: { latencyMs: (concurrent) => (ANSWER_MS / 2) * (1 + (concurrent / AT_ONCE) ** 2) },
    bestPerSecond: (1_000 / ANSWER_MS) * AT_ONCE,
  },
} as const satisfies Record<string, BenchedServer>;

export type ServerName = keyof typeof SERVERS;
