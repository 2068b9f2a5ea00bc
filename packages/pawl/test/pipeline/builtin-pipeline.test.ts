import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import type { InputDocument } from '../../src/domain/document.ts';
import { type DocumentResult, documentResultSchema } from '../../src/domain/result.ts';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { DEFAULT_TAXONOMY } from '../../src/domain/taxonomy.ts';
import { toInputDocument } from '../../src/intake/to-input-document.ts';
import { assembleResult } from '../../src/pipeline/assemble-result.ts';
import { createPipeline } from '../../src/pipeline/create-pipeline.ts';
import type { StageInput, StageOutput } from '../../src/pipeline/stage.ts';

const pipeline = createPipeline(DEFAULT_SETTINGS);
afterAll(() => pipeline.close());

/** A document's result by the built-in pipeline; what it assembles has true spans, or this throws. */
async function resultOf(document: InputDocument): Promise<DocumentResult> {
  const outputs: Record<string, StageOutput['value']> = {};
  const found = <T>(name: string) => (outputs[name] ?? []) as T;
  for (const stage of pipeline.stages) {
    const input: StageInput = {
      document,
      batchId: 'b',
      entities: found('entities'),
      triplets: found('dependencies'),
      events: found('events'),
    };
    outputs[stage.name] = (await stage.run(input, new AbortController().signal, UNATTENDED_CALL)).value;
  }
  const jobId = '3f0c1f0e-0d6b-4e6c-9d5a-0c1c6b1d2e3f';
  return assembleResult({ document, batchId: 'b', jobId, processedAtMs: 0, outputs, stages: {}, attempts: 1 });
}

const documentOf = (text: string): InputDocument => ({ documentId: 'd1', text, source: {} });

describe('the sample documents', () => {
  const file = new URL('../../../../examples/news.jsonl', import.meta.url);
  const lines = readFileSync(file, 'utf8').trim().split('\n');

  test('G10 give results of the contract’s shape with true spans, the same each time', async () => {
    const documents = lines.map((line, i) => toInputDocument(line, `d${i}`, DEFAULT_SETTINGS.fields));
    const results = await Promise.all(documents.map(resultOf));
    for (const result of results) expect(documentResultSchema.safeParse(result).error).toBeUndefined();
    expect(results.every(({ extracted_entities }) => extracted_entities.length > 0)).toBe(true);
    expect(results.filter(({ events }) => events.length === 0).length).toBeLessThan(results.length / 10);
    const types = new Set<string>(results.flatMap(({ events }) => events.map(({ event_type }) => event_type)));
    expect([...types].filter((type) => !(DEFAULT_TAXONOMY.eventTypes as readonly string[]).includes(type))).toEqual([]);
    const again = await Promise.all(documents.slice(0, 5).map((document) => resultOf({ ...document })));
    expect(again).toEqual(results.slice(0, 5));
  });
});

describe('any text at all', () => {
  test('G10 gives true spans', async () => {
    const words = fc.constantFrom(
      'Obama',
      'said',
      'met',
      '🙂',
      '\u0000',
      '\ud800',
      'U.S.',
      '$3m',
      'yesterday',
      '"',
      '\n\n',
      '.',
      'ﬁ',
      'É',
      '\u200b',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
      fc.array(words, { minLength: 1, maxLength: 60 }).map((parts) => parts.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect((await resultOf(documentOf(text))).original_text).toBe(text);
      }),
      { numRuns: 150 },
    );
  });
});

describe('events', () => {
  const eventsOf = async (text: string) =>
    (await resultOf(documentOf(text))).events.map(({ event_type, trigger, arguments: found }) => ({
      type: event_type,
      trigger: trigger.text,
      arguments: Object.fromEntries(found.map(({ argument_role, entity }) => [argument_role, entity.text])),
    }));

  test('have triggers, types and arguments from the parse', async () => {
    expect(await eventsOf('Police arrested John Smith in Chicago on Monday.')).toMatchInlineSnapshot(`
      [
        {
          "arguments": {
            "agent": "Police",
            "patient": "John Smith",
            "place": "Chicago",
            "time": "Monday",
          },
          "trigger": "arrested",
          "type": "justice_arrest",
        },
      ]
    `);
    expect(await eventsOf('The company was acquired by Google for $3 million.')).toMatchInlineSnapshot(`
      [
        {
          "arguments": {
            "agent": "Google",
            "patient": "The company",
            "purpose": "$3 million",
          },
          "trigger": "acquired",
          "type": "transaction_transfer_ownership",
        },
      ]
    `);
  });

  test('are not found where nothing happens', async () => {
    expect(await eventsOf('The sky is blue and the grass is green.')).toEqual([]);
  });
});
