import { answersFor } from '../../src/composition.ts';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { openBatch } from '../../src/library/open-batch.ts';
import { createLanguageModel } from '../../src/models/create-language-model.ts';
import { parseModelAddress } from '../../src/models/model-address.ts';
import type { Stage } from '../../src/pipeline/stage.ts';
import { quietDocuments } from './model-batch.ts';
import { PLAIN_ACCESS } from './plain-access.ts';

// What the kill test starts and kills: `node asking-child.ts <data folder> <address of the model> <documents> <lanes>` works on a
// batch whose only stage asks the model about each text.

const [, , data = '', address = '', documents = '0', lanes = '1'] = process.argv;
const model = createLanguageModel(parseModelAddress(address), {
  ...PLAIN_ACCESS,
  answers: answersFor(DEFAULT_SETTINGS, data),
});
const stage: Stage = {
  name: 'said',
  provider: model.provider,
  model: model.model,
  fingerprint: 'said',
  description: 'what a model says',
  run: async ({ document }, signal, call = UNATTENDED_CALL) => {
    const request = { system: 'Read.', user: document.text, schema: { type: 'object' }, maxOutputTokens: 50 };
    const { text, cached } = await model.ask(request, signal, call);
    return { value: text, cached };
  },
  probe: (signal) => model.probe(signal),
  close: () => model.close(),
};
const settings = { concurrency: Number(lanes) };
await using batch = await openBatch({ batchId: 'b', data, stages: [stage], sinks: [], settings });
await batch.add(quietDocuments(Number(documents)));
process.stdout.write('running\n');
const { end } = await batch.run();
process.stdout.write(`${end}\n`);
