import { openStore } from '../../src/composition.ts';
import { createSinks } from '../../src/delivery/create-sink.ts';
import { Delivery } from '../../src/delivery/delivery.ts';
import { systemClock } from '../../src/engine/system-clock.ts';

// What the tests start and kill while it delivers: `node delivery-child.ts <data folder> <compression> [<path of the sink>]`.

const [data = '', compression = 'none', path] = process.argv.slice(2);
const store = openStore(data);
const checkpoint = await store.open('b');
const [sink] = createSinks(
  [{ name: 'jsonl', kind: 'jsonl', options: { compression, ...(path === undefined ? {} : { path }) } }],
  store.folderOf('b'),
);
if (sink === undefined) throw new Error('there is no sink');
process.stdout.write('delivering\n');
const delivery = new Delivery({ checkpoint, sink, clock: systemClock, run: null });
const outcome = await delivery.drain(AbortSignal.timeout(30_000));
await delivery.close();
await checkpoint.close();
process.stdout.write(`${outcome}\n`);
