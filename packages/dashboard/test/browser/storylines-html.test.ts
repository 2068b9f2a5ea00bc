import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../../pawl/src/composition.ts';
import { writeStorylinesPage } from '../../../pawl/src/report/write-storylines-page.ts';
import { createWorld } from '../../../pawl/test/cli/pawl-process.ts';
import { createLinkedBatch, manyStorylines } from '../../../pawl/test/storylines/made-storylines.ts';
import { barriers } from './barriers.ts';
import { launchBrowser, skipsBrowser } from './chromium.ts';

const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  { colorScheme: 'light', viewport: { width: 390, height: 844 } },
] as const;

// Here, since this is where a browser is. The page is that of `pawl storylines --html`.
describe.skipIf(skipsBrowser)('storylines.html in a browser', () => {
  test('leads to storylines and entities, lets stand out what is pointed at, and has no barrier in any look', async () => {
    const world = await createWorld();
    const browser = await launchBrowser();
    try {
      const store = openStore(join(world.folder, 'data'));
      await createLinkedBatch(store, 'news', manyStorylines(60));
      const checkpoint = await store.open('news');
      const path = await writeStorylinesPage(checkpoint, store.folderOf('news'));
      await checkpoint.close();
      for (const look of LOOKS) {
        const page = await (await browser.newContext(look)).newPage();
        const wrongs: string[] = [];
        page.on('console', (message) => wrongs.push(message.text()));
        await page.goto(`file://${path}`);
        const opacities = () =>
          page.locator('.arc').evaluateAll((arcs) => arcs.map((arc) => getComputedStyle(arc).opacity));
        expect(new Set(await opacities())).toEqual(new Set(['0.45']));
        await page.locator('.name a').nth(5).focus();
        expect(new Set(await opacities())).toEqual(new Set(['0.2', '1']));
        expect(await barriers(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);

        await page.locator('.lane a').nth(3).click();
        await page.locator('section[id^="s-"]:target').waitFor();
        await page.locator('.name a').first().click();
        const entity = page.locator('section[id^="who-"]:target');
        await entity.getByRole('link').first().click();
        await page.locator('section[id^="s-"]:target').waitFor();
        expect(wrongs).toEqual([]);
        await page.context().close();
      }
    } finally {
      await browser.close();
      await world.dispose();
    }
  });
});
