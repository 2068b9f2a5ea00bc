// A batch with a stage and a sink of one's own. Kill it, run it again: it carries on where it was.
import { openBatch, readResult, type Sink, type Stage } from 'pawl';

const countWords: Stage = {
  name: 'words',
  provider: 'own',
  model: null,
  fingerprint: 'words-1', // changes when the stage gives something else
  description: 'counts words',
  run: async ({ document }) => ({ value: document.text.split(/\s+/).length }),
};

const print: Sink = {
  name: 'print',
  recover: async () => 'ready',
  start: async () => ({ delivered: 0 }),
  write: async (results) => {
    for (const result of results) console.log(result.documentId, readResult(result).extensions?.words);
    return { delivered: results.length };
  },
  finish: async (position) => position,
  check: async () => [],
  close: async () => undefined,
};

await using batch = await openBatch({
  batchId: 'word-count',
  data: process.argv[2] ?? './pawl-data',
  stages: [countWords],
  sinks: [print],
});
await batch.add([
  { id: 'a', text: 'Nothing that was saved slips back.' },
  { id: 'b', text: 'Run it again.' },
]);
const { end } = await batch.run();
const { processed, total_documents } = await batch.progress();
console.log(`${end}: ${processed} of ${total_documents}`);
