import type { EvaluateCommand } from '../../nlp/evaluation/evaluate.ts';
import { scoreB3 } from './clustering-metrics.ts';
import { readGoldFile } from './gold-file.ts';
import { predictStories } from './predictions.ts';

/** Scores the stories that documents are grouped into; the gold story of a document is its subtopic. */
export const storiesCommand: EvaluateCommand = {
  usage: 'stories <file.jsonl> [--weights <file>] [--json]',
  async run(args) {
    const { gold, sketches, weights, asJson } = await readGoldFile(args);
    const truth = new Map(gold.map(({ result, subtopic }) => [result.document_id, subtopic]));
    const b3 = scoreB3(truth, predictStories(sketches, weights));
    if (asJson) return JSON.stringify({ b3 });
    return `B³  precision ${b3.precision}  recall ${b3.recall}  F1 ${b3.f1}`;
  },
};
