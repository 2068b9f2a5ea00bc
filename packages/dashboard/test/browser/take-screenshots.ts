import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { servePage } from './served-page.ts';

// Takes the pictures of docs/images: npm run screenshots -w packages/dashboard

const root = join(import.meta.dirname, '..', '..', '..', '..');
const EXAMPLES = readFileSync(join(root, 'examples', 'news.jsonl'), 'utf8')
  .trim()
  .split('\n');
/** Times the examples are submitted, so that a batch runs long enough to be pictured. */
const COPIES = 12;
const WIDE = { viewport: { width: 1200, height: 800 } } as const;
const TALL = { viewport: { width: 1200, height: 880 } } as const;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true } as const;

await using served = await servePage();

await served.submit(await served.world.write('news.jsonl', EXAMPLES), 'news');
await shown('#/batches/news', WIDE, (page) => page.locator('.status-completed').waitFor({ timeout: 60_000 }));
await picture('document-light', '#/batches/news/documents/wikinews-2019-006', WIDE, pickEvent);
await picture(
  'document-dark',
  '#/batches/news/documents/wikinews-2019-006',
  { ...WIDE, colorScheme: 'dark' },
  pickEvent,
);
await picture('tree', '#/batches/news/documents/wikinews-2019-006', { ...WIDE, colorScheme: 'light' }, async (page) => {
  await pickEvent(page);
  await page.locator('.tree').scrollIntoViewIfNeeded();
});
await picture('storylines', '#/batches/news/storylines', { ...TALL, colorScheme: 'light' }, pointAtEntity);
const archive = Array.from({ length: COPIES }, (_, copy) => EXAMPLES.map((line) => renamed(line, copy))).flat();
const broken = ['{"document_id": "cut off', '{"document_id": "empty"}', '{"document_id": "blank", "text": ""}'];
await served.submit(await served.world.write('archive.jsonl', [...broken, ...archive]), 'archive-2019');
await picture('batch-light', '#/batches/archive-2019', WIDE, halfDone);
await picture('phone', '#/batches/archive-2019', PHONE, halfDone);

async function picture(
  name: string,
  fragment: string,
  options: BrowserContextOptions,
  prepare: (page: Page) => Promise<void>,
): Promise<void> {
  await shown(fragment, options, async (page) => {
    await prepare(page);
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 });
    writeFileSync(join(root, 'docs', 'images', `dashboard-${name}.webp`), data, 'base64');
  });
}

async function shown(
  fragment: string,
  options: BrowserContextOptions,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const { page } = await served.open(fragment, options);
  await use(page);
  await page.context().close();
}

async function pickEvent(page: Page): Promise<void> {
  await page.locator('.tree').waitFor();
  await page.locator('.finding').nth(1).click();
}

/** With the map alone in sight, and something to see in both of its halves. */
async function pointAtEntity(page: Page): Promise<void> {
  await page.locator('.storyline-map').evaluate((map) => scrollBy(0, map.getBoundingClientRect().top - 70));
  await page
    .getByRole('region', { name: 'Who' })
    .getByRole('link', { name: /^Donald Trump/ })
    .hover();
}

/** Far enough for plots that say something. */
async function halfDone(page: Page): Promise<void> {
  await page.locator('.plot-canvas canvas').first().waitFor();
  await page.waitForFunction(
    () => Number(document.querySelector('[data-name=processed]')?.textContent?.replace(',', '')) > 250,
    undefined,
    { timeout: 60_000 },
  );
}

function renamed(line: string, copy: number): string {
  const document = JSON.parse(line) as { document_id: string };
  return JSON.stringify({ ...document, document_id: `${document.document_id}-${copy}` });
}
