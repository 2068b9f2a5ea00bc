import type { ExtractedEntity, ExtractedEvent, SoaTriplet } from '../../domain/result.ts';
import type { Taxonomy } from '../../domain/taxonomy.ts';
import type { TextOutline } from '../events/text-outline.ts';

/** What the language worker is asked. */
export interface AnalysisTask {
  readonly text: string;
  /** `YYYY-MM-DD`; relative dates are resolved against it. */
  readonly documentDate: string | null;
  readonly wants: readonly AnalysisPart[];
  readonly taxonomy: Taxonomy;
  /** Entities of another provider, to be used for events and outline in place of the built-in ones. */
  readonly entities: readonly ExtractedEntity[] | null;
}

export const BUILTIN_STAGES = ['entities', 'dependencies', 'events'] as const;
export type BuiltinStageName = (typeof BUILTIN_STAGES)[number];
/** What one analysis of a text can give; the outline is for stages of others. */
export type AnalysisPart = BuiltinStageName | 'outline';

/** Its answer: a value and the milliseconds it took for each part asked for. */
export interface Analysis {
  readonly entities: Timed<readonly ExtractedEntity[]> | null;
  readonly dependencies: Timed<readonly SoaTriplet[]> | null;
  readonly events: Timed<readonly ExtractedEvent[]> | null;
  readonly outline: Timed<TextOutline> | null;
}

export interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}
