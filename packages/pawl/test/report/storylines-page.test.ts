import { expect, test } from 'vitest';
import { storylinesPage } from '../../src/report/storylines-page.ts';
import type { StorylineDetail } from '../../src/storylines/read-storylines.ts';

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

test('the page of storylines shows hostile text as text, and lets no script run', () => {
  const page = storylinesPage(HOSTILE, [detail]);
  expect(page).not.toContain('<script');
  expect(page).not.toContain('<img');
  expect(page).toContain('default-src &#39;none&#39;');
  expect(page.match(/&lt;script&gt;/g)!.length).toBeGreaterThan(8);
});

test('the page leads from the timeline and the names to each storyline and its sentences', () => {
  const page = storylinesPage('news', [detail]);
  expect(page).toContain('<section id="s-1">');
  expect(page.match(/href="#s-1"/g)).toHaveLength(2);
  expect(page).toContain('<details');
  expect(storylinesPage('news', [])).toContain('No two documents');
});
