import { StageError } from '../../../domain/stage-error.ts';
import type { ModelAnswer, ModelRequest } from '../../../models/language-model.ts';
import type { StageInput } from '../../stage.ts';
import type { Chunk, TextUnits } from './chunk-text.ts';
import type { ClaimedEvent } from './claimed-event.ts';
import type { EventRequests } from './event-requests.ts';
import type { ClaimReader } from './read-claims.ts';

/** What a model claims of a part of a text. */
export interface ChunkClaims {
  readonly chunk: Chunk;
  readonly claims: readonly ClaimedEvent[];
  /** Whether the server said that the answer was complete; one that reads as complete may still be one that it does not vouch for. */
  readonly isVouchedFor: boolean;
}

/** One model at work on one document. */
export interface ChunkQuestion {
  readonly input: StageInput;
  readonly units: TextUnits;
  readonly requests: EventRequests;
  readonly reader: ClaimReader;
  /** Its name, for messages. */
  readonly model: string;
  ask(request: ModelRequest): Promise<ModelAnswer>;
}

const MAX_KEPT_CHARS = 64 * 1024;

/**
 * Asks about a chunk until there is a complete answer: one that cannot be used is asked for once more with what is wrong with it;
 * one that was cut off, in two halves. Every return is backed by whole answers, so that failure never looks like success.
 * @param note what is added to the question, when it was asked before
 * @throws {StageError} `permanent`: `answer_cut_off` when the chunk cannot be divided, `answer_filtered`, `answer_refused`,
 *   `invalid_answer` after the second; and what the model throws
 */
export async function askChunk(question: ChunkQuestion, chunk: Chunk, note = ''): Promise<ChunkClaims[]> {
  const { requests, input } = question;
  const answer = await question.ask(requests.request(input, chunk, note));
  const first = judge(question, answer);
  if (first.kind === 'claims') return [{ chunk, ...first }];
  if (first.kind === 'cut_off') return askHalves(question, chunk, note, answer);
  const again = await question.ask(requests.request(input, chunk, correction(note, first.problems)));
  const second = judge(question, again);
  if (second.kind === 'claims') return [{ chunk, ...second }];
  if (second.kind === 'cut_off') return askHalves(question, chunk, note, again);
  const message = `${question.model} gave twice what cannot be used: ${second.problems.join('; ')}`;
  throw failure('invalid_answer', message, again);
}

async function askHalves(
  question: ChunkQuestion,
  chunk: Chunk,
  note: string,
  answer: ModelAnswer,
): Promise<ChunkClaims[]> {
  const halves = question.units.halves(chunk);
  if (halves === null) {
    const message = `${question.model} reached its output limit in the midst of an answer about a single sentence.`;
    throw failure('answer_cut_off', message, answer);
  }
  const [before, after] = halves;
  return [...(await askChunk(question, before, note)), ...(await askChunk(question, after, note))];
}

type Judgement =
  | { readonly kind: 'claims'; readonly claims: readonly ClaimedEvent[]; readonly isVouchedFor: boolean }
  | { readonly kind: 'cut_off' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** @throws {StageError} for an answer that is none */
function judge({ reader, model }: ChunkQuestion, answer: ModelAnswer): Judgement {
  switch (answer.finish) {
    case 'length':
      return { kind: 'cut_off' };
    case 'filtered':
      throw failure('answer_filtered', `A content filter withheld the answer of ${model}.`, answer);
    case 'refused':
      throw failure('answer_refused', `${model} would not answer.`, answer);
    case 'stop':
    case 'other': {
      const read = reader.read(answer.text);
      if (read.kind === 'claims') return { ...read, isVouchedFor: answer.finish === 'stop' };
      if (read.kind === 'invalid') return read;
      return answer.finish === 'other'
        ? { kind: 'cut_off' }
        : { kind: 'invalid', problems: ['it ends in the midst of the JSON'] };
    }
    default:
      return answer.finish satisfies never;
  }
}

function correction(note: string, problems: readonly string[]): string {
  const list = problems.map((problem) => `- ${problem}`).join('\n');
  const said = `An earlier answer to this could not be used:\n${list}\nAnswer anew, with JSON of the form that was asked for and nothing else.`;
  return note === '' ? said : `${note}\n\n${said}`;
}

function failure(
  code: 'answer_cut_off' | 'answer_filtered' | 'answer_refused' | 'invalid_answer',
  message: string,
  { text }: ModelAnswer,
): StageError {
  return new StageError('permanent', code, message, { rawAnswer: text.slice(0, MAX_KEPT_CHARS) });
}
