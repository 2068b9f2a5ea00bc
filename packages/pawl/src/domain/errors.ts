/**
 * The error catalogue. Codes are stable words, never reused; docs/ERRORS.md lists them and a test keeps both in step.
 *
 * `scope` says what an error stops: a `document` (it fails, the batch goes on), a `stage` (it is suspended until its
 * provider answers again), a `run` (the run ends, the batch can go on later), a `command` (nothing was changed) or a
 * `request` to the server (nothing was changed, or repeating it completes it).
 * `exitCode` is what the command line ends with: 2 for wrong use, 1 for anything else.
 */
export const ERROR_CATALOGUE = {
  // a document's line
  invalid_json: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The line is not a JSON object.',
    remedy: 'Mend the line and submit the file again; the other lines keep their outcomes.',
  },
  no_text: {
    scope: 'document',
    exitCode: 1,
    meaning: 'None of the text fields holds text.',
    remedy: 'Give the text as cleaned_text, original_text, text or content, or name the field with --field text=NAME.',
  },
  duplicate_id: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The id occurred earlier in the same input.',
    remedy: 'Give each document an id of its own and submit the file again.',
  },
  invalid_id: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The id is neither text nor a number, or longer than 512 characters.',
    remedy: 'Give document_id as a short string, or leave it out.',
  },
  too_long: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The line is longer than the limit.',
    remedy: 'Split the document or raise --max-line-bytes.',
  },
  // a document's work
  invalid_answer: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The provider answered with something that is not a valid result.',
    remedy: 'Look at the kept answer with pawl failed --json; mend the service; pawl retry.',
  },
  answer_cut_off: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The model reached its output limit in the midst of an answer, and the text cannot be divided further.',
    remedy: 'Raise --max-output-tokens or take another model; pawl retry.',
  },
  answer_filtered: {
    scope: 'document',
    exitCode: 1,
    meaning: 'A content filter of the provider withheld the answer.',
    remedy: 'Take another model for it, such as --events a,b; pawl retry.',
  },
  answer_refused: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The model would not answer.',
    remedy:
      'Read the kept answer with pawl failed --json; take another model for it, such as --events a,b; pawl retry.',
  },
  context_too_long: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The model cannot take as much text as it was sent.',
    remedy: 'Lower --chunk-tokens or take another model; pawl retry.',
  },
  untrue_span: {
    scope: 'document',
    exitCode: 1,
    meaning: 'A stage gave a span that does not say what the text says there.',
    remedy: 'Mend the stage: offsets are UTF-16 units into the document text.',
  },
  provider_rejected: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The provider refused this document.',
    remedy: 'Read the message; mend the document or the service; pawl retry.',
  },
  provider_failed: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The provider failed on this document every time, while it answered others.',
    remedy: 'Read the message; pawl retry once the service is mended.',
  },
  timeout: {
    scope: 'document',
    exitCode: 1,
    meaning: 'A stage or the whole document took longer than allowed.',
    remedy: 'Raise --stage-timeout or --document-timeout; pawl retry.',
  },
  worker_crashed: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The worker thread that worked on the document died.',
    remedy: 'Report the document; pawl retry tries it again.',
  },
  out_of_memory: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The document needed more memory than a worker may take.',
    remedy: 'Split the document or raise --worker-memory; pawl retry.',
  },
  poison_document: {
    scope: 'document',
    exitCode: 1,
    meaning: 'The process died three times while it worked on this document.',
    remedy: 'Look at the document; pawl retry --document ID tries it again.',
  },
  stage_failed: {
    scope: 'document',
    exitCode: 1,
    meaning: 'A stage threw an error.',
    remedy: 'Read the message; pawl retry once the cause is mended.',
  },
  // a stage
  provider_unavailable: {
    scope: 'stage',
    exitCode: 1,
    meaning: 'The provider does not answer, or refuses all work for now.',
    remedy: 'Start the service; the batch goes on by itself.',
  },
  provider_unauthorized: {
    scope: 'stage',
    exitCode: 1,
    meaning: 'The provider refuses the key or the quota is used up.',
    remedy:
      'Set the right key or raise the quota; the batch goes on by itself, or stop and resume it with a new environment.',
  },
  ledger_unusable: {
    scope: 'stage',
    exitCode: 1,
    meaning: 'What is open at a batch API (llm-batches.db in the folder of the batch) cannot be written down.',
    remedy: 'Free space or give the user write permission; the batch goes on by itself.',
  },
  answer_awaited: {
    scope: 'stage',
    exitCode: 1,
    meaning: "The answer comes with a batch of the provider's batch API, within hours.",
    remedy: 'Nothing: the batch goes on by itself. --llm-batch says how long answers are waited for.',
  },
  budget_reached: {
    scope: 'run',
    exitCode: 1,
    meaning: 'The next request could go beyond what the batch may spend.',
    remedy: 'Raise the budget with pawl set max-cost=10 (or max-tokens) and pawl resume; what was paid for is kept.',
  },
  cache_unusable: {
    scope: 'stage',
    exitCode: 1,
    meaning: 'The file of the answers of models cannot be read or written.',
    remedy: 'Mend what the message names (space, permissions); the batch goes on by itself. --no-cache does without.',
  },
  // a run
  lease_lost: {
    scope: 'run',
    exitCode: 1,
    meaning: 'Another runner has taken over the batch; this one may not save any more.',
    remedy: 'Nothing is lost: the other runner has the batch. Look at it with pawl monitor.',
  },
  linking_out_of_memory: {
    scope: 'run',
    exitCode: 1,
    meaning:
      'Linking the events of the batch needs more memory than a worker may take; its documents are done all the same.',
    remedy: 'Give it more with pawl set worker-memory=4G, then pawl link; or leave storylines out with --link no.',
  },
  disk_full: {
    scope: 'run',
    exitCode: 1,
    meaning: 'There is no space left to save to.',
    remedy: 'Free space and run the same command again; everything counted is saved.',
  },
  data_unwritable: {
    scope: 'run',
    exitCode: 1,
    meaning: 'The data folder cannot be written.',
    remedy: 'Give the user write permission, or choose another folder with --data.',
  },
  checkpoint_damaged: {
    scope: 'run',
    exitCode: 1,
    meaning: 'The checkpoint is not a readable database.',
    remedy: 'Restore the batch folder from a copy; pawl doctor says what is damaged.',
  },
  checkpoint_busy: {
    scope: 'run',
    exitCode: 1,
    meaning: 'Another process keeps the checkpoint locked.',
    remedy: 'End the process that pawl status names, then run the same command again.',
  },
  checkpoint_newer: {
    scope: 'run',
    exitCode: 1,
    meaning: 'The checkpoint was written by a newer pawl.',
    remedy: 'Use that version or a later one.',
  },
  input_unreadable: {
    scope: 'run',
    exitCode: 1,
    meaning: 'The input cannot be read to its end.',
    remedy: 'Mend the input and run the same command again; what was accepted is kept.',
  },
  unexpected: {
    scope: 'run',
    exitCode: 1,
    meaning: 'A defect in pawl.',
    remedy: 'Run the same command again; please report it with the message.',
  },
  // wrong use
  unknown_batch: {
    scope: 'command',
    exitCode: 2,
    meaning: 'There is no such batch in the data folder.',
    remedy: 'pawl list shows the batches; --data names another folder.',
  },
  unknown_document: {
    scope: 'command',
    exitCode: 2,
    meaning: 'There is no such document in the batch.',
    remedy: 'pawl results and pawl failed list the ids.',
  },
  unknown_event: {
    scope: 'command',
    exitCode: 2,
    meaning: 'There is no such event in the document.',
    remedy: 'pawl explain without --event shows them all.',
  },
  not_explained: {
    scope: 'command',
    exitCode: 2,
    meaning: 'What found the events of the document cannot say why.',
    remedy: 'Only events of --events builtin can be explained, by the version of pawl that found them.',
  },
  unknown_storyline: {
    scope: 'command',
    exitCode: 2,
    meaning: 'There is no such storyline in the batch.',
    remedy: 'pawl storylines lists the ids.',
  },
  no_result: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The document has no result: it failed or still waits.',
    remedy: 'pawl failed says why documents failed; pawl retry tries them again.',
  },
  no_batch: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The data folder holds no batch yet.',
    remedy: 'Start one with pawl run FILE.',
  },
  batch_exists: {
    scope: 'command',
    exitCode: 2,
    meaning: 'A batch of that id exists.',
    remedy: 'Choose another id with --batch.',
  },
  is_collection: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The batch is a collection: it is made of the results of other batches.',
    remedy:
      'Turn to the batches it is made of, which pawl status names; pawl link --into NAME takes what they have since.',
  },
  not_a_collection: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The batch holds documents of its own; results of other batches do not go in it.',
    remedy: 'Give another name with --into.',
  },
  batch_is_running: {
    scope: 'command',
    exitCode: 2,
    meaning: 'A live runner works on the batch.',
    remedy: 'Watch it with pawl monitor, or pause it first.',
  },
  input_taken_over: {
    scope: 'command',
    exitCode: 2,
    meaning: 'Another process has begun to accept the same input into the same batch.',
    remedy: 'Nothing is lost: the other process accepts the whole input. Run the command again when it is done.',
  },
  refused_transition: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The batch is in a state that does not allow this.',
    remedy: 'The message names the moves that are allowed.',
  },
  pipeline_differs: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The batch was made with another pipeline.',
    remedy: 'Say --pipeline keep or --pipeline replace.',
  },
  invalid_usage: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The command line is not understood.',
    remedy: 'pawl --help lists the commands, pawl COMMAND --help its flags and examples.',
  },
  invalid_flag: {
    scope: 'command',
    exitCode: 2,
    meaning: 'A flag or argument has a wrong value.',
    remedy: 'The message names the values that are allowed.',
  },
  invalid_setting: {
    scope: 'command',
    exitCode: 2,
    meaning: 'A setting has a wrong value.',
    remedy: 'The message names the setting and the values that are allowed.',
  },
  invalid_batch_id: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The batch id cannot name a folder.',
    remedy: 'Use letters, digits, dot, dash and underscore, at most 128, not beginning with a dot.',
  },
  missing_file: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The file does not exist or cannot be opened.',
    remedy: 'Check the path and the permissions.',
  },
  not_confirmed: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The command asks first, and got no yes.',
    remedy: 'Answer yes, or give --yes.',
  },
  sink_unfit: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The sink is not known or its settings are wrong.',
    remedy: 'The message names the sinks there are.',
  },
  address_unusable: {
    scope: 'command',
    exitCode: 1,
    meaning: "The server cannot listen on the address: it is taken, or not this machine's.",
    remedy: 'Choose another with --port or --host.',
  },
  token_needed: {
    scope: 'command',
    exitCode: 2,
    meaning: 'The server would be open to other machines, and no token says who may use it.',
    remedy: 'Make one with pawl token create NAME, or leave --host out.',
  },
  token_exists: {
    scope: 'command',
    exitCode: 2,
    meaning: 'A token of that name exists.',
    remedy: 'Take another name, or revoke it with pawl token revoke NAME.',
  },
  unknown_token: {
    scope: 'command',
    exitCode: 2,
    meaning: 'There is no token of that name.',
    remedy: 'pawl token list shows them.',
  },
  token_file_damaged: {
    scope: 'command',
    exitCode: 1,
    meaning: 'The file with the tokens cannot be read.',
    remedy: 'Remove tokens.json from the data folder and make the tokens anew.',
  },
  // a request to the server
  unauthorized: {
    scope: 'request',
    exitCode: 1,
    meaning: 'The request shows no token that is known.',
    remedy: 'Send Authorization: Bearer TOKEN; pawl token create makes one.',
  },
  forbidden: {
    scope: 'request',
    exitCode: 1,
    meaning: 'Whoever asks may not do this.',
    remedy: 'The message says what is missing: a scope of the token, or the right origin.',
  },
  rate_limited: {
    scope: 'request',
    exitCode: 1,
    meaning: 'There were more requests than one client may send.',
    remedy: 'Send it again after the seconds that Retry-After says.',
  },
  invalid_request: {
    scope: 'request',
    exitCode: 1,
    meaning: 'The request is not what the interface takes.',
    remedy: 'The message names the place; /docs describes every request.',
  },
  unknown_route: {
    scope: 'request',
    exitCode: 1,
    meaning: 'There is nothing at this address.',
    remedy: '/docs lists the addresses.',
  },
  unsupported_type: {
    scope: 'request',
    exitCode: 1,
    meaning: 'The content type of the body is not taken here.',
    remedy: 'Send application/json, or application/x-ndjson for a stream of documents.',
  },
  too_large: {
    scope: 'request',
    exitCode: 1,
    meaning: 'The body is larger than the limit.',
    remedy: 'Send the documents as a stream to /api/v1/batches/ID/documents, which has no limit.',
  },
  key_reused: {
    scope: 'request',
    exitCode: 1,
    meaning: 'The Idempotency-Key was used for another request before.',
    remedy: 'Take a new key for a new request.',
  },
  server_busy: {
    scope: 'request',
    exitCode: 1,
    meaning: 'The server does as much of this as it may at once.',
    remedy: 'Send the request again after the seconds that Retry-After says.',
  },
  server_stopping: {
    scope: 'request',
    exitCode: 1,
    meaning: 'The server is shutting down.',
    remedy: 'Send the request again when it is back; what it acknowledged is saved.',
  },
} as const satisfies Record<string, ErrorKind>;

export interface ErrorKind {
  readonly scope: 'document' | 'stage' | 'run' | 'command' | 'request';
  readonly exitCode: 1 | 2;
  readonly meaning: string;
  readonly remedy: string;
}

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** Whether a word is a code of the catalogue. */
export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, word);
}

/** An error with a code of the catalogue. Match on `code`: it survives threads and storage, `instanceof` does not. */
export class PawlError extends Error {
  override readonly name = 'PawlError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** True for a {@link PawlError}, also one that crossed a thread boundary; with `code`, only for one of that code. */
export function isPawlError(error: unknown, code?: ErrorCode): error is PawlError {
  if (!(error instanceof Error) || error.name !== 'PawlError') return false;
  const actual = (error as PawlError).code;
  return isErrorCode(actual) && (code === undefined || actual === code);
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
