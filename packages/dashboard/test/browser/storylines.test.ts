import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
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
    await page.getByRole('link', { name: TITLE }).click();
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
    await page.goto(`${served.url}/#/batches/alone/storylines/s-none`);
    await page.getByText('There is no such storyline').waitFor();
    expect(wrongs).toEqual([]);
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

/** Opens a storyline in one look, which must have no barrier and fit the screen. */
async function looksWell(opening: Promise<{ readonly page: Page }>, name: string): Promise<void> {
  const { page } = await opening;
  await page.locator('.told').first().waitFor();
  expect(await barriers(page), name).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), name).toBeLessThanOrEqual(
    0,
  );
  if (SHOTS !== undefined) {
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `storyline-${name}.png`), fullPage: true });
  }
  await page.context().close();
}
