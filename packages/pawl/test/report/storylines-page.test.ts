import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { storylinesPage } from '../../src/report/storylines-page.ts';
import type { StorylineDetail } from '../../src/storylines/read-storylines.ts';
import { StorylineMapper } from '../../src/storylines/storyline-map.ts';
import { manyStorylines } from '../storylines/made-storylines.ts';

const HOSTILE = '</title><script>alert(1)</script><img src=x onerror="alert(1)">';

const detail: StorylineDetail = {
  storyline: {
    storyline_id: 's-1',
    title: HOSTILE,
    summary: HOSTILE,
    primary_entities: [
      { name: HOSTILE, type: 'PER', documents: 2 },
      { name: 'Paris', type: 'GPE', documents: 1 },
    ],
    domain: null,
    temporal_span: { start: '2020-01-01', end: '2020-02-01' },
    document_ids: ['a', 'b'],
    event_ids: ['e1'],
    key_events: [],
    confidence: 0.5,
  },
  events: [
    {
      event_id: 'e1',
      document_id: HOSTILE,
      event_type: HOSTILE,
      date: null,
      trigger: HOSTILE,
      participants: [{ role: 'agent', text: HOSTILE }],
      sentence: HOSTILE,
    },
  ],
  linkages: [],
};

async function pageOf(batchId: string, details: readonly StorylineDetail[], lanes = 200): Promise<string> {
  const mapper = new StorylineMapper({ lanes, entities: 24 });
  for (const { storyline } of details) mapper.add(storyline);
  const map = mapper.map(0);
  const shown = details.slice(0, lanes);
  const parts: string[] = [];
  for await (const part of storylinesPage(batchId, map, Readable.from(shown))) parts.push(part);
  return parts.join('');
}

/** Of which the page must say something: many, with names in common. */
function many(count: number): StorylineDetail[] {
  return manyStorylines(count).map((storyline) => ({ storyline, events: [], linkages: [] }));
}

test('the page of storylines shows hostile text as text, and lets no script run', async () => {
  const page = await pageOf(HOSTILE, [detail]);
  expect(page).not.toContain('<script');
  expect(page).not.toContain('<img');
  expect(page).toContain('default-src &#39;none&#39;');
  expect(page.match(/&lt;script&gt;/g)!.length).toBeGreaterThan(8);
});

test('its policy allows the style that it has, and no other', async () => {
  const page = await pageOf('news', many(30));
  const style = /<style>(.*?)<\/style>/s.exec(page)![1]!;
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(`style-src &#39;sha256-${hash}&#39;`);
  expect(page.match(/<style|style="/g)).toHaveLength(1);
});

test('the page leads from the timeline and the names to each storyline and its sentences', async () => {
  const page = await pageOf('news', [detail]);
  expect(page).toContain('<section id="s-1">');
  expect(page.match(/href="#s-1"/g)).toHaveLength(3); // the lane, and what each of its two names stands in
  expect(page.match(/href="#who-0"/g)).toHaveLength(3); // the plot, the other name, the storyline
  expect(page).toContain('<section id="who-0">');
  expect(page).toContain('<details');
  expect(await pageOf('news', [])).toContain('No two documents');
});

test('every link of the page leads to something on it, and it says what is left out', async () => {
  const page = await pageOf('news', many(60), 40);
  const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]));
  const targets = [...page.matchAll(/href="#([^"]*)"/g)].map((match) => match[1]);
  expect(targets.length).toBeGreaterThan(100);
  expect(targets.filter((target) => !ids.has(target))).toEqual([]);
  expect(page).toContain('The 40 largest of 60 storylines');
  expect(page).toContain('<summary>16 smaller ones</summary>');
  expect(page).toMatch(/Those of most storylines, 24 of \d+ entities/);
  expect(page).toMatch(/and \d+ that are not on this page/);
});
