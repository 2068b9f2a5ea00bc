import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { crc32 } from 'node:zlib';
import { type ConlluSentence, readConllu } from '../src/conllu/conllu.ts';
import { English, type EnglishModels } from '../src/english.ts';
import { EntityRecognizer } from '../src/entities/entity-recognizer.ts';
import { checksumText } from '../src/model/model-files.ts';
import { trainNetwork } from './network/train-network.ts';
import { NETWORK_OPTIONS } from './network-options.ts';
import { trainSplitter } from './sentences/train-splitter.ts';
import { trainTokenizer } from './tokenizer/train-tokenizer.ts';
import { trainEntities } from './train-entities.ts';
import { trainLemmatizer } from './train-lemmatizer.ts';
import { trainMorphology } from './train-morphology.ts';
import { trainTagger } from './train-tagger.ts';
import { readTriggerCorpus, trainTriggers, untrainedTriggers } from './train-triggers.ts';

const TREEBANKS = ['ud-english-ewt/en_ewt-ud-train.conllu', 'ud-english-gum/en_gum-free-train.conllu'];
const SEED = 1;

/** Model files by name, each with how it is trained. */
const STEPS: Readonly<Record<string, (sentences: ConlluSentence[], data: string) => Promise<Uint8Array> | Uint8Array>> =
  {
    tokenizer: (sentences) => trainTokenizer(sentences, SEED),
    sentences: (sentences) => trainSplitter(sentences, SEED),
    tagger: (sentences) => trainTagger(sentences, SEED),
    lemmas: (sentences) => trainLemmatizer(sentences),
    morphology: (sentences) => trainMorphology(sentences),
    parser: (sentences) => trainNetwork(sentences, { ...NETWORK_OPTIONS, onEpoch: reportEpoch }),
    entities: (_, data) => trainEntities(data, (line) => console.error(`entities: ${line}`)),
    triggers: (_, data) => trainTriggersOnModels(data),
  };

const { values } = parseArgs({
  options: { data: { type: 'string' }, out: { type: 'string' }, only: { type: 'string', multiple: true } },
});
const root = join(import.meta.dirname, '..', '..', '..');
const data = resolve(values.data ?? join(root, '..', 'shared', 'data'));
const out = resolve(values.out ?? join(import.meta.dirname, '..', 'models'));
await main();

async function main(): Promise<void> {
  const missing = TREEBANKS.map((file) => join(data, file)).filter((path) => !existsSync(path));
  const unknown = (values.only ?? []).filter((name) => STEPS[name] === undefined);
  if (missing.length > 0) fail(`There is no ${missing[0]}. Name the folder that holds the treebanks with --data.`);
  if (unknown.length > 0) fail(`There is no model "${unknown[0]}". --only takes ${Object.keys(STEPS).join(', ')}.`);
  const sentences = TREEBANKS.flatMap((file) => readConllu(readFileSync(join(data, file), 'utf8')));
  mkdirSync(out, { recursive: true });
  for (const [name, train] of Object.entries(STEPS)) {
    if (values.only !== undefined && !values.only.includes(name)) continue;
    const started = performance.now();
    const bytes = await train(sentences, data);
    writeFileSync(join(out, `${name}.bin`), bytes);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.error(`${name}.bin: ${bytes.length} bytes, ${seconds} s`);
  }
  writeChecksums();
}

/** Triggers are learnt from what the other models, trained before, find. */
async function trainTriggersOnModels(data: string): Promise<Uint8Array> {
  const trained = Object.keys(STEPS).filter((name) => name !== 'triggers');
  const models = trained.map((name) => [name, new Uint8Array(readFileSync(join(out, `${name}.bin`)))] as const);
  const { entities, ...rest } = Object.fromEntries(models) as unknown as EnglishModels;
  const english = await English.create({ ...rest, entities, triggers: untrainedTriggers() });
  const { lexicon } = EntityRecognizer.load(entities);
  return trainTriggers(readTriggerCorpus(data), (sentences) => english.parseTokens(sentences), lexicon, SEED);
}

function writeChecksums(): void {
  const files = readdirSync(out).filter((file) => file.endsWith('.bin'));
  const checksums = files.sort().map((file) => [file, checksumText(crc32(readFileSync(join(out, file))))]);
  writeFileSync(join(out, 'checksums.json'), `${JSON.stringify(Object.fromEntries(checksums), null, 2)}\n`);
}

function reportEpoch(epoch: number, loss: { arc: number; label: number; tag: number }): void {
  const parts = Object.entries(loss).map(([name, value]) => `${name} ${value.toFixed(1)}`);
  console.error(`parser: epoch ${epoch}, loss a batch: ${parts.join(', ')}`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
