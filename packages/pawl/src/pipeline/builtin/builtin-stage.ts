import { createRequire } from 'node:module';
import type { InputDocument, JsonObject } from '../../domain/document.ts';
import { DEFAULT_TAXONOMY, type Taxonomy } from '../../domain/taxonomy.ts';
import type { TextOutline } from '../events/text-outline.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { normalizeDate } from '../normalize-date.ts';
import type { Stage, StageInput, StageOutput } from '../stage.ts';
import type { Analysis, AnalysisPart, BuiltinStageName } from './analysis.ts';
import type { TextAnalyser } from './language-pool.ts';

const { version } = createRequire(import.meta.url)('@pawl/nlp/package.json') as { version: string };

/** What builds on entities. */
const ON_ENTITIES: ReadonlySet<AnalysisPart> = new Set(['events', 'outline']);

/** The stages that `@pawl/nlp` does, and what it tells stages of others; they share one analysis of each document. */
export class BuiltinStages {
  readonly #pool: TextAnalyser;
  readonly #parts: readonly AnalysisPart[];
  readonly #taxonomy: Taxonomy;
  readonly #analyses = new WeakMap<InputDocument, Promise<Analysis>>();

  /** @param parts what the pipeline needs of every document; anything else costs an analysis of its own */
  constructor(pool: TextAnalyser, parts: readonly AnalysisPart[], taxonomy: Taxonomy) {
    this.#pool = pool;
    this.#parts = parts;
    this.#taxonomy = taxonomy;
  }

  stage(name: BuiltinStageName): Stage {
    return {
      name,
      provider: 'builtin',
      model: `@pawl/nlp ${version}`,
      fingerprint: fingerprintOf({ provider: 'builtin', stage: name, version, ...this.#taxonomyOf(name) }),
      description: `builtin ${version}`,
      run: (input, signal) => this.#run(name, input, signal),
      close: () => this.close(),
    };
  }

  /** What the language library knows of a document's text, for stages of others. */
  async outline(input: StageInput, signal: AbortSignal): Promise<TextOutline> {
    const { outline } = await this.#analysis('outline', input, signal);
    if (outline === null) throw new Error('the analysis lacks the outline');
    return outline.value;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** Only a taxonomy of the user's own makes another stage of it. */
  #taxonomyOf(name: BuiltinStageName): JsonObject {
    if (name !== 'events' || this.#taxonomy === DEFAULT_TAXONOMY) return {};
    const { eventTypes, roles, domains } = this.#taxonomy;
    return { taxonomy: [eventTypes, roles, domains] };
  }

  async #run(name: BuiltinStageName, input: StageInput, signal: AbortSignal): Promise<StageOutput> {
    const part = (await this.#analysis(name, input, signal))[name];
    if (part === null) throw new Error(`the analysis lacks ${name}`);
    return { value: part.value, ms: part.ms };
  }

  /** Events and outline build on entities: those of another provider must be there before they can be asked for. */
  #analysis(part: AnalysisPart, input: StageInput, signal: AbortSignal): Promise<Analysis> {
    const parts = this.#parts.includes('entities')
      ? this.#parts
      : this.#parts.filter((other) => !ON_ENTITIES.has(other));
    if (!parts.includes(part)) return this.#ask([part], input, signal);
    const known = this.#analyses.get(input.document);
    if (known !== undefined) return known;
    const asked = this.#ask(parts, input, signal);
    this.#analyses.set(input.document, asked);
    asked.catch(() => this.#analyses.delete(input.document)); // a later try asks again
    return asked;
  }

  #ask(wants: readonly AnalysisPart[], input: StageInput, signal: AbortSignal): Promise<Analysis> {
    const { text, publicationDate } = input.document;
    const task = {
      text,
      documentDate: publicationDate === undefined ? null : normalizeDate(publicationDate),
      wants,
      taxonomy: this.#taxonomy,
      entities: this.#parts.includes('entities') ? null : input.entities,
    };
    return this.#pool.analyse(task, signal);
  }
}
