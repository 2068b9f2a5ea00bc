import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentResult } from '../../src/domain/result.ts';
import type { EventExplanation } from '../../src/pipeline/events/builtin/explain-events.ts';
import { ChatServer } from '../pipeline/events/chat-server.ts';
import { documents, LanguageService } from './language-service.ts';
import { createWorld, type World } from './pawl-process.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  const text =
    'Police arrested John Smith in Chicago on Monday. Parliament passed a law. The deal was \u001b[31msigned.';
  await world.write('news.jsonl', [
    { document_id: 'd1', text, cleaned_publication_date: '2024-05-08' },
    { document_id: 'd2', text: 'My uncle has a house near the river.' },
  ]);
  await world.pawl('run', 'news.jsonl');
  const service = await LanguageService.start();
  await world.write('other.jsonl', documents(1));
  await world.pawl('run', 'other.jsonl', ...service.flags);
  service.close();
  const model = await ChatServer.start();
  await world.write('asked.jsonl', documents(1));
  await world.pawl('run', 'asked.jsonl', '--events', model.address);
  model.close();
}, 60_000);
afterAll(() => world.dispose());

const resultOf = async (id: string): Promise<DocumentResult> =>
  JSON.parse((await world.pawl('results', 'news', '--document', id, '--json')).stdout);
const explained = async (...args: string[]): Promise<EventExplanation[]> =>
  JSON.parse((await world.pawl('explain', ...args, '--batch', 'news', '--json')).stdout);

describe('explain', () => {
  test('finds each saved event again and says which word, classifier and relations it was read off', async () => {
    const [saved, found] = [await resultOf('d1'), await explained('d1')];
    expect(found.map(({ event_id }) => event_id)).toEqual(saved.events.map(({ event_id }) => event_id));
    expect(found.map(({ confidence }) => confidence)).toEqual(saved.events.map(({ metadata }) => metadata.confidence));
    expect(found[0]).toMatchObject({ pattern: { word: 'verb arrest', condition: null }, asserted: true });
    expect(found[0]!.classifier.probability).toBeGreaterThan(found[0]!.classifier.least_probability);
    expect(found[0]!.classifier.features.length).toBeGreaterThan(3);
    expect(found[0]!.arguments).toMatchObject([
      { argument_role: 'agent', text: 'Police', because: 'nsubj' },
      { argument_role: 'patient', text: 'John Smith', because: 'obj' },
      { argument_role: 'place', text: 'Chicago', because: 'obl in' },
      { argument_role: 'time', text: 'Monday', because: 'obl on' },
    ]);
    expect(found[1]!.pattern).toMatchObject({ word: 'verb pass, on condition' });
    expect(found[1]!.pattern.condition).toMatch(/^object is one of law, /);
  }, 30_000);

  test('shows one event for people, and nothing that steers their terminal', async () => {
    const { events } = await resultOf('d1');
    const { stdout, code } = await world.pawl('explain', 'd1', '--event', events.at(-1)!.event_id, '--batch', 'news');
    expect(code).toBe(0);
    expect(stdout).toContain(events.at(-1)!.event_id);
    expect(stdout).toMatch(/classifier +an event with probability 0\.\d+/);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain(events[0]!.event_id);
  }, 30_000);

  test('takes the entities that another provider saved', async () => {
    const { stdout } = await world.pawl('explain', 'doc_001', '--batch', 'other', '--json');
    const saved = JSON.parse((await world.pawl('results', 'other', '--document', 'doc_001', '--json')).stdout);
    const found: EventExplanation[] = JSON.parse(stdout);
    expect(found.map(({ event_id }) => event_id)).toEqual(
      saved.events.map((event: { event_id: string }) => event.event_id),
    );
    expect(found.map(({ event_type }) => event_type)).toContain('contact_meet');
  }, 30_000);

  test('of a document without events says so', async () => {
    expect(await explained('d2')).toEqual([]);
    expect((await world.pawl('explain', 'd2', '--batch', 'news')).stderr).toContain('No event was found');
  }, 30_000);

  test.each([
    [['d9', '--batch', 'news'], 'There is no document "d9" in batch news.'],
    [['d1', '--batch', 'news', '--event', 'e7'], 'There is no event "e7" in document "d1".'],
    [['doc_001', '--batch', 'asked'], 'which gives no reasons'],
  ])(
    'G11 %j is refused with a reason',
    async (args, message) => {
      const { code, stderr, stdout } = await world.pawl('explain', ...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
    },
    30_000,
  );
});
