import { readFileSync } from 'node:fs';
import type { Authorship, Checkpoint } from '../checkpoint/checkpoint.ts';
import type { ToldStoryline } from '../checkpoint/linking-state.ts';
import { allStorylines, linkagesOf } from '../checkpoint/pages.ts';
import { messageOf } from '../domain/errors.ts';
import type { DocumentResult } from '../domain/result.ts';
import type { StageCall } from '../domain/stage-call.ts';
import { StageError } from '../domain/stage-error.ts';
import type { Clock } from '../engine/clock.ts';
import type { LanguageModel, ModelRequest } from '../models/language-model.ts';
import { readBrief, type StoryBrief, sampleBrief } from './story-brief.ts';
import type { Linkage, Storyline } from './storyline.ts';
import { readToldStory, TOLD_SCHEMA, type ToldStory } from './told-story.ts';
import { withPatience } from './with-patience.ts';

// Has a model say in its own words what storylines tell, and what caused what. It is asked once a storyline, about words of the documents
// alone; what it answers is two texts without markup, and links between events that it was told of. What was taken from the documents stays
// beside it. Answers are kept: storylines that did not change cost nothing.

const INSTRUCTIONS = new URL('../../prompts/storylines/instructions.md', import.meta.url);
const MAX_OUTPUT_TOKENS = 1_024;
/** Storylines that are asked about at once, at most; flow control may let fewer through. */
const AT_ONCE = 8;
/** How long a model that is down is waited for. */
const PATIENCE_MS = 10_000;
/** What evidence by a model is called. */
const BY_MODEL = 'model: ';

export interface TellingOptions {
  readonly checkpoint: Checkpoint;
  readonly run: number | null;
  /** Null to have storylines say again what is taken from the documents. */
  readonly model: LanguageModel | null;
  readonly call: StageCall;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly author: () => Authorship;
}

export interface Telling {
  /** Storylines that a model wrote of now. */
  readonly told: number;
  /** Storylines about which its answer was none; they keep what is taken from the documents. */
  readonly untold: number;
  /** What is missing since the model does not answer, in words; null for nothing. */
  readonly missing: string | null;
}

const NOTHING: Telling = { told: 0, untold: 0, missing: null };

/** Brings the texts of all storylines up to date. @throws the signal's reason when aborted; what saving throws */
export async function tellStorylines(options: TellingOptions): Promise<Telling> {
  const { checkpoint, model, run, signal, author } = options;
  const before = (await checkpoint.linking())?.summaries ?? null;
  const by = model === null ? null : `${model.provider} ${model.model}`;
  if (by === null && before === null) return NOTHING;
  const due = await storylinesNotBy(checkpoint, by);
  let [told, untold] = [0, 0];
  for (let i = 0; i < due.length; i += AT_ONCE) {
    const rows = await Promise.all(due.slice(i, i + AT_ONCE).map((id) => tell(id, by, options)));
    signal.throwIfAborted();
    const saved = rows.filter((row): row is ToldStoryline => row !== null && !(row instanceof StageError));
    if (saved.length > 0) await checkpoint.retellStorylines(run, { storylines: saved, by: by ?? before }, author());
    told += saved.length;
    untold += rows.filter((row) => row === null).length;
    const failure = rows.find((row) => row instanceof StageError);
    if (failure === undefined) continue;
    const left = counted(due.length - told - untold);
    return { told, untold, missing: `the words of ${model?.model} about ${left} (${messageOf(failure)})` };
  }
  // Only when all of them are: until then somebody has to look.
  if (by === null) await checkpoint.retellStorylines(run, { storylines: [], by }, author());
  return { told, untold, missing: null };
}

/** Storylines whose texts are by another model, or by one at all where `by` is null. */
async function storylinesNotBy(checkpoint: Checkpoint, by: string | null): Promise<string[]> {
  const due: string[] = [];
  for await (const { storylineId, storyline } of allStorylines(checkpoint)) {
    if (((JSON.parse(storyline) as Storyline).summary_by ?? null) !== by) due.push(storylineId);
  }
  return due;
}

function counted(storylines: number): string {
  return storylines === 1 ? 'a storyline' : `${storylines} storylines`;
}

/** @returns the storyline anew; null when the answer is none; why no answer came */
async function tell(
  storylineId: string,
  by: string | null,
  options: TellingOptions,
): Promise<ToldStoryline | StageError | null> {
  const { checkpoint, model, call, clock, signal } = options;
  const stored = await checkpoint.storyline(storylineId);
  if (stored === null) return null;
  const taken = asTaken(JSON.parse(stored.storyline) as Storyline);
  if (model === null || by === null) return toRow(taken, []);
  const brief = await readBrief(checkpoint, taken);
  const request = requestFor(brief);
  try {
    const ask = () => model.ask(request, signal, call);
    const answer = await withPatience(ask, { patienceMs: PATIENCE_MS, clock, signal });
    const story = readToldStory(answer, brief.events.length);
    if (story === null) return null;
    return toRow(asTold(taken, story, by), await causalLinks(checkpoint, storylineId, brief, story, by));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof StageError)) throw error;
    return error.fault === 'permanent' ? null : error;
  }
}

/** What a model would be asked about documents if they told one story. */
export function sampleRequest(results: readonly DocumentResult[]): ModelRequest {
  return requestFor(sampleBrief(results));
}

function requestFor({ text }: StoryBrief): ModelRequest {
  return { system: instructions(), user: text, schema: TOLD_SCHEMA, maxOutputTokens: MAX_OUTPUT_TOKENS };
}

/** As it is without a model. */
function asTaken({ summary_by: _, extracted, ...storyline }: Storyline): Storyline {
  return extracted === undefined ? storyline : { ...storyline, ...extracted };
}

function asTold(storyline: Storyline, { title, summary }: ToldStory, by: string): Storyline {
  const extracted = { title: storyline.title, summary: storyline.summary };
  return { ...storyline, title, summary, summary_by: by, extracted };
}

/** Links between events that the model was told of. What the documents themselves say by a marker is not said again. */
async function causalLinks(
  checkpoint: Checkpoint,
  storylineId: string,
  { events }: StoryBrief,
  { causes }: ToldStory,
  by: string,
): Promise<Linkage[]> {
  const said = await causesInDocuments(checkpoint, storylineId);
  return causes
    .map(
      ({ cause, effect, confidence }): Linkage => ({
        storyline_id: storylineId,
        source: placeOf(events[cause]!),
        target: placeOf(events[effect]!),
        link_type: 'causal',
        similarity_score: confidence,
        bias: null,
        evidence: [{ evidence: `${BY_MODEL}${by}`, value: confidence, weight: 1, adds: confidence }],
      }),
    )
    .filter((link) => !said.has(pairOf(link)));
}

async function causesInDocuments(checkpoint: Checkpoint, storylineId: string): Promise<Set<string>> {
  const causes = new Set<string>();
  for await (const text of linkagesOf(checkpoint, storylineId)) {
    if (!text.includes('"causal"')) continue;
    const link = JSON.parse(text) as Linkage;
    const isByModel = link.evidence.some(({ evidence }) => evidence.startsWith(BY_MODEL));
    if (link.link_type === 'causal' && !isByModel) causes.add(pairOf(link));
  }
  return causes;
}

function pairOf({ source, target }: Pick<Linkage, 'source' | 'target'>): string {
  return `${source.event_id} ${target.event_id}`;
}

function placeOf({ event_id, document_id }: StoryBrief['events'][number]): Linkage['source'] {
  return { event_id, document_id };
}

function toRow(storyline: Storyline, links: readonly Linkage[]): ToldStoryline {
  return {
    storylineId: storyline.storyline_id,
    storyline: JSON.stringify(storyline),
    linkages: { count: links.length, lines: links.map((link) => `${JSON.stringify(link)}\n`).join('') },
  };
}

let read: string | null = null;

function instructions(): string {
  read ??= readFileSync(INSTRUCTIONS, 'utf8').trim();
  return read;
}
