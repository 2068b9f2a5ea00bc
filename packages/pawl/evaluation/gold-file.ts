import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadEnglish } from '@pawl/nlp';
import { UsageError } from '../../nlp/evaluation/usage-error.ts';
import { type DocumentSketch, sketchDocument } from '../src/storylines/document-sketch.ts';
import { type LinkWeights, loadDefaultWeights, parseWeights } from '../src/storylines/link-weights.ts';
import { loadWordRarity } from '../src/storylines/word-rarity.ts';
import { type GoldDocument, readEcbPlus } from './ecbplus.ts';
import { embedResults } from './embed-results.ts';

/** A file of the shape of ECB+, ready to be linked. */
export interface GoldFile {
  readonly gold: readonly GoldDocument[];
  readonly sketches: readonly DocumentSketch[];
  readonly weights: LinkWeights;
  readonly asJson: boolean;
}

/** Reads the arguments `<file.jsonl> [--weights <file>] [--embeddings <model>] [--json]` and what they name. @throws {UsageError} */
export async function readGoldFile(args: readonly string[]): Promise<GoldFile> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, weights: { type: 'string' }, embeddings: { type: 'string' } },
  });
  const [file] = positionals;
  if (file === undefined) throw new UsageError('Name a file of the shape of ECB+ (JSON lines).');
  const content = readFileSync(file, 'utf8');
  const weights =
    values.weights === undefined
      ? loadDefaultWeights()
      : parseWeights(readFileSync(values.weights, 'utf8'), values.weights);
  const gold = readEcbPlus(content, await loadEnglish());
  const rarity = loadWordRarity();
  const meanings = values.embeddings === undefined ? null : await embedResults(gold, values.embeddings);
  const sketches = gold.map(({ result }, i) => sketchDocument(result, rarity, meanings?.[i] ?? null));
  return { gold, sketches, weights, asJson: values.json };
}
