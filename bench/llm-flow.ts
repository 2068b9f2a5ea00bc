// How much of what a model's server can give is got from it, and how many requests it has to refuse: pawl's flow control beside
// a queue of fixed concurrency (p-queue, refusals tried again with exponential backoff), the same requests over real HTTP.
// - A server that takes k requests at once and r in a second, and refuses others with 429, without a word why.
// - A server that never refuses and slows down: in proportion beyond what it can do, or choking on too much.
// The throughput is that between the 20th and the 90th percent of the answers, over what the server can give at best; refusals are
// counted from the first request on. The server runs in a process of its own.
//
//   npm run bench:llm-flow [-- --answers 1200 --fixed 8,64]
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import PQueue from 'p-queue';
import { UNATTENDED_CALL } from '../packages/pawl/src/domain/stage-call.ts';
import { createLanguageModel } from '../packages/pawl/src/models/create-language-model.ts';
import type { ModelRequest } from '../packages/pawl/src/models/language-model.ts';
import { parseModelAddress } from '../packages/pawl/src/models/model-address.ts';
import { SERVERS, type ServerName } from './llm-flow/servers.ts';

const { values } = parseArgs({
  options: { answers: { type: 'string', default: '1200' }, fixed: { type: 'string', default: '8,64' } },
});
const answers = Number(values.answers);
const LANES = 128;
const FIRST_DELAY_MS = 250;
const FLOW = { requestTimeoutMs: 60_000, requestsPerMinute: null, tokensPerMinute: null };
const never = new AbortController().signal;

interface BenchServer {
  readonly url: string;
  /** Ends it, and says how many requests it refused and how many it got. */
  end(): Promise<{ readonly refused: number; readonly requests: number }>;
}

async function startServer(name: ServerName): Promise<BenchServer> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./llm-flow/serve.ts', import.meta.url)), [name]);
  const [url] = (await once(child, 'message')) as [string];
  return {
    url,
    end: async () => {
      const said = once(child, 'message');
      child.send('end');
      const [counts] = (await said) as [{ refused: number; requests: number }];
      return counts;
    },
  };
}

const requestOf = (i: number): ModelRequest => ({
  system: 'Extract events.',
  user: `This is page ${i}.`,
  schema: { type: 'object' },
  maxOutputTokens: 50,
});

/** Sends the requests as `send` will, and notes when each was answered. */
type Client = (url: string, answered: () => void) => Promise<void>;

const pawl: Client = async (url, answered) => {
  const model = createLanguageModel(parseModelAddress(`openai-compatible:m@${url}`), {
    environment: {},
    prices: [],
    maxCostNanos: null,
    flow: FLOW,
    answers: null,
    isOptional: false,
    batch: null,
  });
  let next = 0;
  const lane = async () => {
    while (next < answers) {
      await model.ask(requestOf(next++), never, UNATTENDED_CALL);
      answered();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await model.close();
};

/** What people write: a queue, and whatever is not answered is tried again after a while. */
function fixedQueue(concurrency: number): Client {
  return async (url, answered) => {
    const queue = new PQueue({ concurrency });
    const send = async (i: number) => {
      for (let attempt = 0; !(await isAnswered(url, requestOf(i))); attempt++) {
        const delayMs = Math.random() * FIRST_DELAY_MS * 2 ** Math.min(attempt, 6);
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
      answered();
    };
    await queue.addAll(Array.from({ length: answers }, (_, i) => () => send(i)));
  };
}

async function isAnswered(url: string, { system, user }: ModelRequest): Promise<boolean> {
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: user },
  ];
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages }),
  });
  const body = (await response.json()) as { choices?: unknown };
  return response.ok && body.choices !== undefined;
}

async function measure(name: ServerName, client: Client) {
  const server = await startServer(name);
  const atMs: number[] = [];
  await client(server.url, () => atMs.push(performance.now()));
  const { refused, requests } = await server.end();
  const [from, to] = [Math.floor(0.2 * answers), Math.floor(0.9 * answers)];
  const perSecond = ((to - from) / (atMs[to]! - atMs[from]!)) * 1_000;
  return { part: perSecond / SERVERS[name].bestPerSecond, refused: refused / requests };
}

const percent = (part: number) => `${(100 * part).toFixed(1)} %`.padStart(8);

const clients: readonly (readonly [string, Client])[] = [
  ['pawl', pawl],
  ...values.fixed.split(',').map((n) => [`p-queue, ${n} at once`, fixedQueue(Number(n))] as const),
];
for (const name of Object.keys(SERVERS) as ServerName[]) {
  console.log(`\n${SERVERS[name].description} (at best ${SERVERS[name].bestPerSecond.toFixed(0)} answers/s)`);
  console.log(`${''.padEnd(24)}of the best   refused`);
  for (const [label, client] of clients) {
    const { part, refused } = await measure(name, client);
    console.log(`  ${label.padEnd(22)} ${percent(part)}     ${percent(refused)}`);
  }
}
