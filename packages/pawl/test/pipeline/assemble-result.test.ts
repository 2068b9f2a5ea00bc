import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentResultSchema, type ExtractedEvent } from '../../src/domain/result.ts';
import { type AssemblyParts, assembleResult } from '../../src/pipeline/assemble-result.ts';
import { relocateSpan } from '../../src/pipeline/http/relocate-span.ts';
import { readPreviousResult } from '../../src/pipeline/read-previous-result.ts';

const STAGE = { provider: 'p', model: null, ms: 1, tokens: null, cached: false, attempts: 1 };

function parts(text: string, outputs: AssemblyParts['outputs'], documentId = 'd1'): AssemblyParts {
  const stages = Object.fromEntries(Object.keys(outputs).map((name) => [name, STAGE]));
  const document = { documentId, text, source: { text } };
  return {
    document,
    batchId: 'b',
    jobId: '3f0c1f0e-0d6b-4e6c-9d5a-0c1c6b1d2e3f',
    processedAtMs: 0,
    outputs,
    stages,
    attempts: 1,
  };
}

const entity = (text: string, start_char: number, end_char: number) => ({
  text,
  type: 'PER' as const,
  start_char,
  end_char,
  confidence: 1,
});

function event(event_id: string): ExtractedEvent {
  return {
    event_id,
    event_type: 'policy_announce',
    trigger: { text: 'Rain', start_char: 0, end_char: 4 },
    arguments: [],
    metadata: { confidence: 1 },
  } as unknown as ExtractedEvent;
}

describe('G10 true spans', () => {
  test('a span is taken if and only if the text says its words there', () => {
    const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(texts, fc.nat(35), fc.nat(35), fc.boolean(), (text, start, end, honest) => {
        const words = honest ? text.slice(start, end) : `${text.slice(start, end)}x`;
        const assemble = () => assembleResult(parts(text, { entities: [entity(words, start, end)] }));
        if (text.slice(start, end) === words) expect(assemble().extracted_entities).toHaveLength(1);
        else expect(assemble).toThrow('The text does not say what extracted_entities[0] claims.');
      }),
    );
  });

  test('a moved span is true, keeps its words, and is the nearest such place', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '🙂', 'é'), maxLength: 20 });
    fc.assert(
      fc.property(
        texts,
        fc.string({ unit: fc.constantFrom('a', 'b', '🙂'), minLength: 1, maxLength: 3 }),
        fc.nat(25),
        (text, words, said) => {
          const moved = relocateSpan(text, { text: words, start_char: said, end_char: said + words.length });
          const places = Array.from({ length: text.length }, (_, at) => at).filter((at) => text.startsWith(words, at));
          if (moved === null) {
            expect(places).toEqual([]);
            return;
          }
          expect(text.slice(moved.start_char, moved.end_char)).toBe(words);
          const distance = Math.min(...places.map((at) => Math.abs(at - said)));
          expect(Math.abs(moved.start_char - said)).toBe(distance);
        },
      ),
    );
  });
});

describe('a result', () => {
  test('has event ids that are its own in the whole batch, and stay when it is done again in part', () => {
    const first = assembleResult(parts('Rain.', { events: [event('e1'), event('e2')] }));
    const other = assembleResult(parts('Rain.', { events: [event('e1')] }, 'd2'));
    const ids = [...first.events, ...other.events].map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(3);
    const again = readPreviousResult(JSON.stringify(first), []);
    expect(assembleResult(parts('Rain.', again.outputs)).events).toEqual(first.events);
  });

  test('keeps the outputs of stages with other names', () => {
    const result = assembleResult(parts('Rain.', { language: 'en', entities: [] }));
    expect(result.extensions).toEqual({ language: 'en' });
    expect(documentResultSchema.safeParse(result).success).toBe(true);
    const { outputs, stages } = readPreviousResult(JSON.stringify(result), ['entities']);
    expect(outputs).toEqual({ language: 'en' });
    expect(Object.keys(stages)).toEqual(['language']);
  });

  test('refuses a stage that gives no list where there must be one', () => {
    expect(() => assembleResult(parts('Rain.', { entities: 'none' }))).toThrow('Stage entities must give a list');
  });
});
