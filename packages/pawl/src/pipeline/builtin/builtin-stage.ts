import { createRequire } from 'node:module';
import type { InputDocument } from '../../domain/document.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { normalizeDate } from '../normalize-date.ts';
import type { Stage, StageInput, StageOutput } from '../stage.ts';
import type { Analysis, BuiltinStageName } from './analysis.ts';
import type { LanguagePool } from './language-pool.ts';

const { version } = createRequire(import.meta.url)('@pawl/nlp/package.json') as { version: string };

/** The stages that `@pawl/nlp` does; they share one analysis of each document. */
export class BuiltinStages {
  readonly #pool: LanguagePool;
  readonly #names: readonly BuiltinStageName[];
  readonly #analyses = new WeakMap<InputDocument, Promise<Analysis>>();

  /** @param names the stages of the pipeline that are built in */
  constructor(pool: LanguagePool, names: readonly BuiltinStageName[]) {
    this.#pool = pool;
    this.#names = names;
  }

  stage(name: BuiltinStageName): Stage {
    return {
      name,
      provider: 'builtin',
      model: `@pawl/nlp ${version}`,
      fingerprint: fingerprintOf({ provider: 'builtin', stage: name, version }),
      description: `builtin ${version}`,
      run: (input, signal) => this.#run(name, input, signal),
      close: () => this.#pool.close(),
    };
  }

  async #run(name: BuiltinStageName, input: StageInput, signal: AbortSignal): Promise<StageOutput> {
    const part = (await this.#analysis(name, input, signal))[name];
    if (part === null) throw new Error(`the analysis lacks ${name}`);
    return { value: part.value, ms: part.ms };
  }

  /** Events build on entities: those of another provider must be there before they can be asked for. */
  #analysis(name: BuiltinStageName, input: StageInput, signal: AbortSignal): Promise<Analysis> {
    const ownEntities = this.#names.includes('entities');
    if (name === 'events' && !ownEntities) return this.#ask(['events'], input, signal);
    const known = this.#analyses.get(input.document);
    if (known !== undefined) return known;
    const wants = ownEntities ? this.#names : this.#names.filter((other) => other !== 'events');
    const asked = this.#ask(wants, input, signal);
    this.#analyses.set(input.document, asked);
    asked.catch(() => this.#analyses.delete(input.document)); // a later try asks again
    return asked;
  }

  #ask(wants: readonly BuiltinStageName[], input: StageInput, signal: AbortSignal): Promise<Analysis> {
    const { text, publicationDate } = input.document;
    const task = {
      text,
      documentDate: publicationDate === undefined ? null : normalizeDate(publicationDate),
      wants,
      entities: this.#names.includes('entities') ? null : input.entities,
    };
    return this.#pool.analyse(task, signal);
  }
}
