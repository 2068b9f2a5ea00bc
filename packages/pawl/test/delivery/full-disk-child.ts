import { createSinks } from '../../src/delivery/create-sink.ts';
import { resultOf } from './delivered-batch.ts';

// Started with a limit on the size of files (`ulimit -f`): writes until there is no space left, and says how that ended.

const [sink] = createSinks([{ name: 'jsonl', kind: 'jsonl', options: {} }], process.argv[2] ?? '');
if (sink === undefined) throw new Error('there is no sink');
let position = await sink.start(null);
for (let seq = 1; ; seq += 10) {
  const page = Array.from({ length: 10 }, (_, i) => ({
    resultSeq: seq + i,
    documentId: `d${seq + i}`,
    committedAtMs: 0,
    storylineId: null,
    result: Buffer.from(resultOf(seq + i)),
  }));
  try {
    position = await sink.write(page, position, new AbortController().signal);
  } catch (error) {
    process.stdout.write(JSON.stringify({ code: (error as { code?: string }).code, position }));
    break;
  }
}
