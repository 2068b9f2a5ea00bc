import { describe, expect, test } from 'vitest';
import { skipsBrowser } from './chromium.ts';
import { servePage } from './served-page.ts';

const TEXT = 'Police arrested three men in Paris on Monday. President Emmanuel Macron met Angela Merkel in Berlin.';
const HOSTILE = [
  '<script>window.stolen = true</script>',
  '<img src=x onerror="window.stolen = true">',
  '<svg onload="window.stolen = true"><style>body { display: none }</style>',
  '<a href="javascript:window.stolen = true">Paris</a> met <b>Angela Merkel</b> in &lt;Berlin&gt;. \u202Etxet',
].join('\n');

describe.skipIf(skipsBrowser)('a document in a browser', () => {
  test('is shown with what was found in place; picking a finding shows it in the text', async () => {
    await using served = await servePage();
    const document = { document_id: 'a/1', title: 'Arrests', text: TEXT };
    await served.submit(await served.world.write('news.jsonl', [document]), 'news');
    const { page, wrongs } = await served.open('#/batches/news/documents');
    await page.getByRole('link', { name: 'Arrests' }).click();

    const text = page.locator('.annotated');
    expect(await text.textContent()).toBe(TEXT);
    await text.locator('[data-type=GPE]', { hasText: 'Paris' }).waitFor();
    await text.locator('[data-type=PER]', { hasText: 'Angela Merkel' }).waitFor();
    await text.locator('.mark-trigger', { hasText: 'arrested' }).waitFor();

    await page.getByRole('button', { name: /justice arrest/ }).click();
    expect(await text.locator('.mark-chosen').allTextContents()).toEqual(expect.arrayContaining(['arrested']));
    const tree = page.getByLabel('Dependency tree of a sentence');
    await tree.getByText('Sentence 1 of 2').waitFor();
    await tree.getByText('nsubj', { exact: true }).first().waitFor();
    await text.locator('[data-type=GPE]', { hasText: 'Berlin' }).click();
    await tree.getByText('Sentence 2 of 2').waitFor();
    await page.keyboard.press('1');
    expect(await text.locator('.mark-entity').allTextContents()).toEqual(['Berlin']); // it is looked at
    await page.getByLabel(/^triplets/).check();
    await text.locator('.mark-action', { hasText: 'arrested' }).waitFor();
    expect(await text.textContent()).toBe(TEXT);
    expect(wrongs).toEqual([]);
  });

  test('that is no document of a batch is processed at once', async () => {
    await using served = await servePage();
    const { page, wrongs } = await served.open('#/try');
    await page.getByLabel('A text in English').fill(TEXT);
    await page.getByRole('button', { name: 'Process it' }).click();
    await page.locator('.mark-trigger', { hasText: 'arrested' }).waitFor();
    expect(await page.locator('.annotated').textContent()).toBe(TEXT);
    expect(wrongs).toEqual([]);
  });

  test('whose text, id and title are HTML and scripts shows them as text and runs nothing', async () => {
    await using served = await servePage();
    const document = { document_id: HOSTILE, title: HOSTILE, text: HOSTILE };
    const lines = [document, { document_id: '<b>no text</b>', title: HOSTILE }];
    await served.submit(await served.world.write('hostile.jsonl', lines), 'hostile');
    const { page, wrongs } = await served.open('#/batches/hostile/documents');
    await page.getByText(HOSTILE.slice(0, 30)).first().waitFor();
    await page.locator('[data-item]').first().click();
    expect(await page.locator('.annotated').textContent()).toBe(HOSTILE);
    expect(await page.locator('h1').textContent()).toBe(HOSTILE);
    expect(await page.locator('main script, main img, main style, main iframe').count()).toBe(0);

    for (const fragment of ['#/batches/hostile/failures', '#/batches/hostile/history', '#/']) {
      await page.goto(`${served.url}/${fragment}`);
      await page.locator('h1').waitFor();
    }
    expect(await page.evaluate(() => Object.hasOwn(window, 'stolen'))).toBe(false);
    expect(wrongs).toEqual([]);
  });
});
