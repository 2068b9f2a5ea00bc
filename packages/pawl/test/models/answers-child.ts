import type { StoredAnswer } from '../../src/models/answers/answer-cache.ts';
import { ThreadedAnswerCache } from '../../src/models/answers/sqlite/threaded-answer-cache.ts';

// Saves two hundred answers at once: `node answers-child.ts <path> <prefix of their keys>`.

const [, , path = '', prefix = ''] = process.argv;
const answer: StoredAnswer = { text: '{"events":[]}', finish: 'stop', inputTokens: 12, outputTokens: 3 };
const cache = new ThreadedAnswerCache({ path, maxBytes: 1024 ** 3 });
const keys = Array.from({ length: 200 }, (_, i) => `${prefix}${i}`);
await Promise.all(keys.map((key) => cache.save(key, answer, { provider: 'openai', model: 'm' })));
await cache.close();
