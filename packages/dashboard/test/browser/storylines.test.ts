import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../../pawl/src/composition.ts';
import type { Storyline } from '../../../pawl/src/storylines/storyline.ts';
import type { World } from '../../../pawl/test/cli/pawl-process.ts';
import {
  createLinkedBatch,
  manyStorylines,
  named,
  storylineOf,
} from '../../../pawl/test/storylines/made-storylines.ts';
import { barriers } from './barriers.ts';
import { skipsBrowser } from './chromium.ts';
import { servePage } from './served-page.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'examples', 'news.jsonl');
const LOOKS = [
  { name: 'light', options: { colorScheme: 'light', viewport: { width: 1280, height: 860 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1280, height: 860 } } },
  { name: 'phone', options: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true } },
] as const;
/** Where screenshots go, to be looked at; nowhere unless it is set. */
const SHOTS = process.env.PAWL_SCREENSHOTS;

const TITLE = '<img src=x onerror="window.stolen = true"> Arrests';
const TEXT =
  'Police arrested three men in Paris on Monday, after <script>window.stolen = true</script>. ' +
  'President Emmanuel Macron met Angela Merkel in Berlin on Tuesday.';
/** Two documents that tell one story, in titles and texts that would act if they could. */
const TWICE = ['one', 'two'].map((id) => ({
  document_id: id,
  title: TITLE,
  text: TEXT,
  publication_date: '2019-11-26',
}));

describe.skipIf(skipsBrowser)('storylines in a browser', () => {
  test('appear when the batch is done; one opened leads to its documents, and axe finds no barrier', async () => {
    await using served = await servePage();
    await served.submit(EXAMPLES, 'news');
    const { page, wrongs } = await served.open('#/batches/news/storylines');
    await page.locator('.status-completed').waitFor({ timeout: 60_000 });
    await page.locator('.storylines tbody tr').nth(5).waitFor();
    expect(await page.locator('.storylines tbody tr').first().locator('[data-name=documents]').textContent()).toMatch(
      /^([2-9]|\d{2,})$/,
    );
    expect(await barriers(page)).toEqual([]);

    await page.keyboard.press('j');
    const title = await page.locator(':focus').textContent();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: title ?? '' }).waitFor();
    await page.getByLabel('What happened').locator('.moment p').first().waitFor();
    const tellings = page.getByLabel('As the documents tell it');
    await tellings.locator('.told p').first().waitFor();
    const days = await tellings.locator('.moment-head time').allTextContents();
    expect(days.length).toBeGreaterThan(1);
    expect(days).toEqual(days.toSorted());
    const storyline = new URL(page.url()).hash;
    for (const { name, options } of LOOKS) await looksWell(served.open(storyline, options), name);

    const told = tellings.getByRole('link').first();
    const document = await told.textContent();
    await told.click();
    await page.getByRole('heading', { level: 1, name: document ?? '' }).waitFor();
    await page.locator('.mark-trigger').first().waitFor();
    await page.goBack();
    await tellings.waitFor();
    await page.keyboard.press('u');
    await page.locator('.storylines').waitFor();
    expect(wrongs).toEqual([]);
  });

  test('of hostile documents are text; where there are none the page says why', async () => {
    await using served = await servePage({
      prepare: async (world) => {
        await world.pawl('run', await world.write('unlinked.jsonl', TWICE), '--no-link');
      },
    });
    await served.submit(await served.world.write('hostile.jsonl', TWICE), 'hostile');
    await served.submit(await served.world.write('alone.jsonl', TWICE.slice(0, 1)), 'alone');
    const { page, wrongs } = await served.open('#/batches/hostile/storylines');
    await page.getByRole('table').getByRole('link', { name: TITLE }).click();
    await page.locator('.told').first().waitFor();
    expect(await page.locator('h1').textContent()).toBe(TITLE);
    await page.getByText('<script>window.stolen = true</script>').first().waitFor();
    expect(await page.locator('main script, main img').count()).toBe(0);
    expect(await page.evaluate(() => Object.hasOwn(window, 'stolen'))).toBe(false);

    await page.goto(`${served.url}/#/batches/unlinked/storylines`);
    await page.getByText('or linking is off for this batch: pawl link unlinked links its events now.').waitFor();
    await page.goto(`${served.url}/#/batches/alone/storylines`);
    await page.getByText('No two documents tell the same story').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(wrongs).toEqual([]);
    await page.goto(`${served.url}/#/batches/alone/storylines/s-none`);
    await page.getByText('There is no such storyline').waitFor();
  });

  test('of several batches lead from the collection to its documents, and to the batches they come from', async () => {
    await using served = await servePage({
      prepare: async (world) => {
        await world.write('june.jsonl', TWICE.slice(0, 1));
        await world.write('july.jsonl', TWICE.slice(1));
        for (const file of ['june.jsonl', 'july.jsonl']) await world.pawl('run', file);
        await world.pawl('link', 'june', 'july', '--into', 'summer');
      },
    });
    const { page, wrongs } = await served.open('#/batches/summer');
    await page.getByLabel('Health').getByRole('link', { name: 'june' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('link', { name: 'Storylines' }).click();
    await page.locator('.storylines tbody tr a').first().click();
    await page
      .getByLabel('What happened')
      .getByRole('link', { name: /june\/one|july\/two/ })
      .first()
      .click();
    await page.locator('.mark-trigger').first().waitFor();
    expect(decodeURIComponent(new URL(page.url()).hash)).toMatch(
      /^#\/batches\/summer\/documents\/(june\/one|july\/two)$/,
    );
    await page.goto(`${served.url}/#/batches/summer`);
    await page.getByLabel('Health').getByRole('link', { name: 'june' }).click();
    await page.getByRole('heading', { level: 1, name: 'june' }).waitFor();
    expect(wrongs).toEqual([]);
  });
});

const RTL = '\u202eهجوم على مبنى الحكومة';
const LONG = 'A very long name '.repeat(18).trim();
const MARKUP = '<script>window.stolen = true</script>';

/** Storylines as they come: hostile, long, of one day, half a century apart, and some without dates. */
const ODD: readonly Storyline[] = [
  storylineOf({
    storyline_id: 's-1',
    title: RTL,
    primary_entities: named(RTL, 'Ann'),
    temporal_span: day('2020-02-29'),
  }),
  storylineOf({
    storyline_id: 's-2',
    title: LONG,
    primary_entities: named(LONG, 'Ann'),
    temporal_span: { start: '2020-03-01', end: '2020-06-30' },
    document_ids: ['a', 'b', 'c'],
  }),
  storylineOf({
    storyline_id: 's-3',
    title: MARKUP,
    primary_entities: named(MARKUP, LONG),
    temporal_span: day('1970-01-01'),
  }),
  storylineOf({ storyline_id: 's-4', title: 'Once upon a time', primary_entities: named('Bob') }),
];

describe.skipIf(skipsBrowser)('all storylines at a glance', () => {
  test('lead from a lane to the storyline, from a name to its storylines, and back', async () => {
    await using served = await servePage({ prepare: linked({ news: ODD }) });
    const { page, wrongs } = await served.open('#/batches/news/storylines');
    const when = page.getByRole('region', { name: 'When' });
    const who = page.getByRole('region', { name: 'Who' });
    await when.getByText('4 storylines, in the order in which they begin.').waitFor();
    expect(await when.getByRole('listitem').getByRole('link').allTextContents()).toEqual([
      `${MARKUP}, 1970-01-01, 2 documents`,
      `${RTL}, 2020-02-29, 2 documents`,
      `${LONG}, 2020-03-01 to 2020-06-30, 122 days, 3 documents`,
      'Once upon a time',
    ]);
    await when.getByRole('heading', { name: 'Without dates' }).waitFor();
    await when.getByText('Left out, since nothing was told: 18,320 days.').waitFor();
    await when.getByRole('link', { name: 'Once upon a time' }).click();
    await page.getByRole('heading', { level: 1, name: 'Once upon a time' }).waitFor();
    await page.goBack();

    const ann = who.getByRole('link', { name: /^Ann ?, PER, in 2 storylines, together with / });
    await ann.focus();
    await expect.poll(() => when.locator('.lane.back').count()).toBe(1);
    expect(await who.locator('li.back').allTextContents()).toEqual([
      expect.stringContaining('<script>'),
      expect.stringContaining('Bob'),
    ]);
    expect(await who.locator('.arc.lit').count()).toBe(2);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Ann' }).waitFor();
    await page.getByText('PER, in 2 storylines by 4 documents.').waitFor();
    expect(await when.locator('.lane').count()).toBe(2);
    expect(await who.getByRole('link', { name: /^Ann/ }).count()).toBe(0);
    expect(new URL(page.url()).hash).toBe('#/batches/news/entities/Ann');

    await who.getByRole('link', { name: LONG }).click();
    await page.getByRole('heading', { level: 1, name: LONG }).waitFor();
    expect(await page.locator('main script').count()).toBe(0);
    expect(await page.evaluate(() => Object.hasOwn(window, 'stolen'))).toBe(false);
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Ann' }).waitFor();
    await page.keyboard.press('u');
    await page.getByRole('table').waitFor();
    await page.goto(`${served.url}/#/batches/news/entities/Nobody`);
    await page.getByText('No storyline has this name').waitFor();
    expect(wrongs.filter((wrong) => !wrong.includes('404'))).toEqual([]); // these storylines' documents were not made
  });

  test('have no barrier and fit the screen, whatever they are called: light, dark and on a phone', async () => {
    await using served = await servePage({
      prepare: linked({ news: ODD, one: ODD.slice(0, 1), undated: ODD.slice(3) }),
    });
    const others = ['one/storylines', 'undated/storylines', 'news/entities/Ann'];
    for (const { name, options } of LOOKS) {
      for (const place of ['news/storylines', ...(name === 'light' ? others : [])]) {
        const { page } = await served.open(`#/batches/${place}`, options);
        await page.locator('.when').waitFor();
        await fits(page, `${place.replaceAll('/', '-')}-${name}`);
        await page.context().close();
      }
    }
  });

  test('of thousands are the largest, and the page says of how many', async () => {
    await using served = await servePage({ prepare: linked({ many: manyStorylines(3_412) }) });
    const { page, wrongs } = await served.open('#/batches/many/storylines');
    await page.getByText('The 24 largest of 3,412 storylines').waitFor();
    await page.getByText('Those of most storylines, 24 of 135 entities.').waitFor();
    expect(await page.locator('.lane').count()).toBe(24);
    await page.getByRole('button', { name: 'Show 176 more' }).click();
    await page.getByText('The 200 largest of 3,412 storylines').waitFor();
    expect(await page.locator('.lane').count()).toBe(200);
    await fits(page, 'many-light');
    await page.getByRole('button', { name: 'Show the 24 largest' }).click();
    expect(await page.locator('.lane').count()).toBe(24);
    expect(wrongs).toEqual([]);
  });

  test('grow while the batch is worked on', async () => {
    await using served = await servePage();
    await served.submit(await served.world.write('live.jsonl', TWICE.slice(0, 1)), 'live');
    const { page, wrongs } = await served.open('#/batches/live/storylines');
    await page.getByText('No two documents tell the same story').waitFor();
    await served.submit(await served.world.write('second.jsonl', TWICE.slice(1)), 'live');
    await page.locator('.lane').waitFor();
    await page.getByText('1 storyline. Dots are days of key events.').waitFor();
    expect(wrongs).toEqual([]);
  });
});

function day(date: string): Storyline['temporal_span'] {
  return { start: date, end: date };
}

/** Makes batches that have these storylines, before the server begins. */
function linked(batches: Readonly<Record<string, readonly Storyline[]>>): (world: World) => Promise<void> {
  return async ({ folder }) => {
    const store = openStore(join(folder, 'pawl-data'));
    for (const [batchId, storylines] of Object.entries(batches)) await createLinkedBatch(store, batchId, storylines);
  };
}

/** Opens a storyline in one look, which must have no barrier and fit the screen. */
async function looksWell(opening: Promise<{ readonly page: Page }>, name: string): Promise<void> {
  const { page } = await opening;
  await page.locator('.told').first().waitFor();
  await fits(page, `storyline-${name}`);
  await page.context().close();
}

/** A page must have no barrier and fit the screen. */
async function fits(page: Page, name: string): Promise<void> {
  expect(await barriers(page), name).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), name).toBeLessThanOrEqual(
    0,
  );
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}
