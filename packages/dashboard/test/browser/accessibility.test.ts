import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import { skipsBrowser } from './chromium.ts';
import { type ServedPage, servePage } from './served-page.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'examples', 'news.jsonl');
/** Where screenshots of every page go, to be looked at; nowhere unless it is set. */
const SHOTS = process.env.PAWL_SCREENSHOTS;

/** What may differ between looks is looked at in each, the rest once. */
const LOOKS = [
  { name: 'light', rules: undefined, options: { colorScheme: 'light', viewport: { width: 1280, height: 860 } } },
  { name: 'dark', rules: ['color-contrast'], options: { colorScheme: 'dark', viewport: { width: 1280, height: 860 } } },
  {
    name: 'phone',
    rules: ['target-size', 'scrollable-region-focusable'],
    options: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true },
  },
] as const;

const PLACES = [
  { name: 'batches', fragment: '#/', ready: '.status-completed' },
  { name: 'batch', fragment: '#/batches/news', ready: '.plot-canvas canvas' },
  { name: 'failures', fragment: '#/batches/mixed/failures', ready: '.group' },
  { name: 'documents', fragment: '#/batches/news/documents', ready: '.documents' },
  { name: 'storylines', fragment: '#/batches/news/storylines', ready: '.storylines' },
  { name: 'entity', fragment: '#/batches/news/entities/United%20States', ready: '.arc-names' },
  { name: 'history', fragment: '#/batches/news/history', ready: '.moment' },
  { name: 'document', fragment: '#/batches/news/documents/wikinews-2019-006', ready: '.tree' },
  { name: 'try', fragment: '#/try', ready: 'textarea' },
  { name: 'nowhere', fragment: '#/batches/unknown', ready: '.failed-to-load' },
] as const;

describe.skipIf(skipsBrowser)('every page, light, dark and on a phone', () => {
  let served: ServedPage;

  beforeAll(async () => {
    if (SHOTS !== undefined) mkdirSync(SHOTS, { recursive: true });
    served = await servePage();
    await served.submit(EXAMPLES, 'news');
    const lines = ['no JSON', '{"id":"a"}', '{"id":"b"}', '{"id":"c","text":"The minister resigned."}'];
    await served.submit(await served.world.write('mixed.jsonl', lines), 'mixed');
    const { page } = await served.open('#/batches/news');
    await page.locator('.status-completed').waitFor({ timeout: 60_000 });
    await page.context().close();
  });
  afterAll(() => served?.[Symbol.asyncDispose]());

  describe.each(LOOKS)('$name', ({ name: look, rules, options }) => {
    test.each(PLACES)(
      'the page $name has no barrier that axe finds, and fits the screen',
      async ({ name, fragment, ready }) => {
        const { page } = await served.open(fragment, options);
        await page.locator(ready).first().waitFor();
        expect(await barriers(page, rules)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
          0,
        );
        const image = await page.screenshot(SHOTS === undefined ? {} : { path: join(SHOTS, `${name}-${look}.png`) });
        expect(image.length).toBeGreaterThan(5000);
        await page.context().close();
      },
    );

    test('the dialogs have no barrier either', async () => {
      const { page } = await served.open('#/', options);
      await page.locator('.status-completed').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      expect(await barriers(page, rules)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('s');
      await page.getByRole('dialog').waitFor();
      expect(await barriers(page, rules)).toEqual([]);
      await page.context().close();
    });
  });
});
