import { constants } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { DEFAULT_SETTINGS } from '../../config/default-settings.ts';
import { resolveSettings, type SettingsSources } from '../../config/resolve-settings.ts';
import { SETTINGS } from '../../config/setting.ts';
import type { BatchSettings } from '../../domain/batch.ts';
import type { InputDocument } from '../../domain/document.ts';
import { messageOf, PawlError } from '../../domain/errors.ts';
import type { DocumentResult } from '../../domain/result.ts';
import { toInputDocument } from '../../intake/to-input-document.ts';
import type { ModelRequest } from '../../models/language-model.ts';
import { createEventPreview } from '../../pipeline/create-pipeline.ts';
import { PROMPT_FILES, PROMPT_FOLDER } from '../../pipeline/events/model/event-prompt.ts';
import type { CommandFactory } from '../cli.ts';
import { type OpenBatch, withBatch } from '../open-batch.ts';
import { addSettingOptions, commandSettings, dataOption, jsonOption } from '../options.ts';
import { counted } from '../terminal/quantity.ts';
import { terminalText } from '../terminal/terminal-text.ts';

/** The settings that change what models are told. */
const AMONG = SETTINGS.filter(({ key }) => ['prompt', 'taxonomy', 'chunk-tokens', 'max-output-tokens'].includes(key));

export const promptCommand: CommandFactory = ({ output }) => {
  const command = new Command('prompt')
    .summary('print what a model is told about a document')
    .description(
      'Prints, word for word, what a language model is first asked about a document, without asking it: a request for each chunk. ' +
        'Nothing is sent and no key is needed. With --prompt or --taxonomy it shows what these would change.',
    )
    .argument('[document]', 'id of a document of the batch')
    .option('--batch <id>', 'batch or job id; default: the batch used last')
    .option('--text <text>', 'instead of a document of a batch: this text')
    .option('--file <file>', 'instead of a document of a batch: the text in this file')
    .option(
      '--copy-to <folder>',
      "copy the files of pawl's own prompt there, to change them and give the folder as --prompt",
    )
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl prompt doc_105\n  pawl prompt --text "Police arrested two men." --taxonomy mine.yaml\n' +
        '  pawl prompt --copy-to my-prompt',
    )
    .action(async (documentId, options) => {
      if (options.copyTo !== undefined) return output.say(await copyPrompt(options.copyTo));
      const sources = { ...(await commandSettings(command)), among: AMONG };
      const text = await givenText(options);
      const requests =
        text === null
          ? await withBatch(options.data, options.batch, (batch) => requestsOfBatch(batch, wanted(documentId), sources))
          : await requestsOf(settingsFrom(DEFAULT_SETTINGS, 'default', sources), documentOf(text), null);
      if (options.json) return output.json(requests.map(toJson));
      for (const [i, request] of requests.entries()) await output.answer(...render(request, i, requests.length));
      output.say(
        `${counted(requests.length, 'request')}; what could steer a terminal is shown escaped, --json has it word for word.`,
      );
    });
  addSettingOptions(command, AMONG);
  return command;
};

async function requestsOfBatch(
  { checkpoint, batchId }: OpenBatch,
  documentId: string,
  sources: Sources,
): Promise<readonly ModelRequest[]> {
  const { settings } = await checkpoint.batch();
  const row = await checkpoint.document(documentId);
  if (row?.sourceJson == null || row.failure?.stage === 'accept') {
    throw new PawlError('unknown_document', `There is no document "${documentId}" in batch ${batchId}.`);
  }
  const document = toInputDocument(row.sourceJson, documentId, settings.fields);
  const result = row.result === null ? null : (JSON.parse(row.result) as DocumentResult);
  return requestsOf(settingsFrom(settings, 'batch', sources), document, result);
}

/** @param result what the stages before found already; null to do them now */
async function requestsOf(
  settings: BatchSettings,
  document: InputDocument,
  result: DocumentResult | null,
): Promise<readonly ModelRequest[]> {
  const preview = createEventPreview(settings);
  const { signal } = new AbortController();
  try {
    const input =
      result === null
        ? await preview.analyse(document, signal)
        : {
            document,
            batchId: result.batch_id,
            entities: result.extracted_entities,
            triplets: result.extracted_soa_triplets,
            events: [],
          };
    return await preview.requests(input, signal);
  } finally {
    await preview.close();
  }
}

type Sources = Pick<SettingsSources, 'among' | 'file' | 'environment' | 'flags'>;

function settingsFrom(base: BatchSettings, baseOrigin: 'default' | 'batch', sources: Sources): BatchSettings {
  return resolveSettings({ base, baseOrigin, ...sources }).settings;
}

/** @throws {PawlError} `invalid_usage`, `missing_file` */
async function givenText({
  text,
  file,
}: {
  text?: string | undefined;
  file?: string | undefined;
}): Promise<string | null> {
  if (text !== undefined && file !== undefined)
    throw new PawlError('invalid_usage', 'Give --text or --file, not both.');
  const given = file === undefined ? text : await readText(file);
  if (given?.trim() === '') throw new PawlError('invalid_usage', 'There is no text.');
  return given ?? null;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new PawlError('missing_file', `${file} cannot be read: ${messageOf(error)}`);
  }
}

function wanted(documentId: string | undefined): string {
  if (documentId !== undefined) return documentId;
  throw new PawlError('invalid_usage', 'Name a document of the batch, or give --text or --file.');
}

function documentOf(text: string): InputDocument {
  return { documentId: 'text', text, source: { text } };
}

/** Never overwrites. @returns what to do next */
async function copyPrompt(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    for (const name of PROMPT_FILES)
      await copyFile(join(PROMPT_FOLDER, name), join(folder, name), constants.COPYFILE_EXCL);
  } catch (error) {
    throw new PawlError('invalid_usage', `The prompt cannot be copied to ${folder}: ${messageOf(error)}`);
  }
  return `Copied ${PROMPT_FILES.join(', ')}. Change them, delete those you do not change, and run with --prompt ${terminalText(folder)}.`;
}

function toJson({ system, user, schema, maxOutputTokens }: ModelRequest) {
  return { system, user, schema, max_output_tokens: maxOutputTokens };
}

function render({ system, user }: ModelRequest, index: number, of: number): string[] {
  const title = of === 1 ? '' : ` (request ${index + 1} of ${of})`;
  return [`--- system${title} ---`, ...linesOf(system), `--- user${title} ---`, ...linesOf(user), ''];
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => terminalText(line));
}
