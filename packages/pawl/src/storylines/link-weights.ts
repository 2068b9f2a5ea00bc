import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { PawlError } from '../domain/errors.ts';
import type { AgglomerationOptions } from './agglomerate.ts';
import {
  DOCUMENT_EVIDENCE,
  type DocumentEvidence,
  EVENT_EVIDENCE,
  type EventEvidence,
  type RelatedWords,
} from './evidence.ts';
import type { Weighting } from './score.ts';

/** Everything that decides how documents and events are linked. */
export interface LinkWeights {
  readonly documents: PairWeights<DocumentEvidence>;
  readonly events: PairWeights<EventEvidence>;
  /** Pairs of stems that tell of one event, in alphabetical order with a space between, and how likely they do. */
  readonly relatedWords: Readonly<Record<string, number>>;
}

/** How pairs of documents, or of events, are weighed and put together. */
interface PairWeights<Name extends string> extends Weighting<Name> {
  /** Cosine of the meanings of two that have nothing to do with each other; it differs from embedding model to embedding model. */
  readonly unrelatedCosine: number;
  readonly clustering: Clustering;
}

/** {@link AgglomerationOptions} without what follows from how candidates are found. */
export type Clustering = Omit<AgglomerationOptions, 'maxPairs'>;

const probability = z.number().min(0).max(1);
const clustering = z.strictObject({
  mergeAt: probability,
  cohesionPower: z.number().min(0).max(10),
  usualCohesion: z.number().gt(0).max(1),
  looseCohesion: z.number().gt(0).max(1),
  usualPairs: z.number().gt(0),
});

const weightsSchema: z.ZodType<LinkWeights> = z.strictObject({
  documents: pairWeights(DOCUMENT_EVIDENCE),
  events: pairWeights(EVENT_EVIDENCE),
  relatedWords: z.record(z.string(), probability),
});

/** Weights that were written before there was `meaning` have none for it. */
function pairWeights<Name extends string>(names: readonly Name[]) {
  const weight = (name: Name) => (name === 'meaning' ? z.number().default(0) : z.number());
  return z.strictObject({
    bias: z.number(),
    evidence: z.strictObject(
      Object.fromEntries(names.map((name) => [name, weight(name)])) as Record<Name, z.ZodNumber>,
    ),
    unrelatedCosine: z.number().min(-1).lt(1).default(0),
    clustering,
  });
}

/** The weights that come with pawl, learnt by `npm run train:storylines`. */
export function loadDefaultWeights(): LinkWeights {
  return weightsSchema.parse(
    JSON.parse(readFileSync(new URL('../../models/storylines/weights.json', import.meta.url), 'utf8')),
  );
}

/** Weights from a user's file. @throws {PawlError} `invalid_setting`, naming the place */
export function parseWeights(text: string, file: string): LinkWeights {
  const parsed = weightsSchema.safeParse(jsonOf(text, file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PawlError('invalid_setting', `${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PawlError('invalid_setting', `${file} is not JSON.`);
  }
}

export function relatedWordsOf({ relatedWords }: LinkWeights): RelatedWords {
  const table = new Map(Object.entries(relatedWords));
  return (stem, other) => table.get(stem < other ? `${stem} ${other}` : `${other} ${stem}`) ?? 0;
}
