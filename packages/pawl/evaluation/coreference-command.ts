import type { EvaluateCommand } from '../../nlp/evaluation/evaluate.ts';
import { scoreCoreference } from './clustering-metrics.ts';
import { readGoldFile } from './gold-file.ts';
import { predictCoreference } from './predictions.ts';

/** Scores which mentions are taken for one event, within and across documents: gold mentions, stories as they are found. */
export const coreferenceCommand: EvaluateCommand = {
  usage: 'coreference <file.jsonl> [--weights <file>] [--json]',
  async run(args) {
    const { gold, sketches, weights, asJson } = await readGoldFile(args);
    const truth = new Map(gold.flatMap(({ chains }) => [...chains]));
    const { conll, ...scores } = scoreCoreference(truth, predictCoreference(sketches, weights));
    if (asJson) return JSON.stringify({ ...scores, conll });
    const lines = Object.entries(scores).map(
      ([name, { precision, recall, f1 }]) => `${name.padEnd(6)}precision ${precision}  recall ${recall}  F1 ${f1}`,
    );
    return [...lines, `conll F1 ${conll}`].join('\n');
  },
};
