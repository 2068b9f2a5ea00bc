import type { ExtractedEntity, ExtractedEvent, SoaTriplet } from '../../domain/result.ts';

/** What the language worker is asked. */
export interface AnalysisTask {
  readonly text: string;
  /** `YYYY-MM-DD`; relative dates are resolved against it. */
  readonly documentDate: string | null;
  readonly wants: readonly BuiltinStageName[];
  /** Entities of another provider, to be used for the events in place of the built-in ones. */
  readonly entities: readonly ExtractedEntity[] | null;
}

export const BUILTIN_STAGES = ['entities', 'dependencies', 'events'] as const;
export type BuiltinStageName = (typeof BUILTIN_STAGES)[number];

/** Its answer: a value and the milliseconds it took for each stage asked for. */
export interface Analysis {
  readonly entities: Timed<readonly ExtractedEntity[]> | null;
  readonly dependencies: Timed<readonly SoaTriplet[]> | null;
  readonly events: Timed<readonly ExtractedEvent[]> | null;
}

export interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}
