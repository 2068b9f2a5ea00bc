import { describe, expect, test } from 'vitest';
import { documents, LanguageService } from '../../../pawl/test/cli/language-service.ts';
import { barriers } from './barriers.ts';
import { skipsBrowser } from './chromium.ts';
import { dropFiles } from './drop-files.ts';
import { servePage } from './served-page.ts';

describe.skipIf(skipsBrowser)('the dashboard, worked with in a browser', () => {
  test('takes a dropped file, shows its progress live, pauses, resumes and completes', async () => {
    const service = await LanguageService.start();
    service.hold();
    await using served = await servePage({ flags: [...service.flags, '--concurrency', '2'] });
    const file = await served.world.write('reports 2026.jsonl', documents(6));
    const { page, wrongs } = await served.open('#/');
    await page.getByText('Drop a file of JSON lines here').waitFor();

    await dropFiles(page, file);
    await page.getByLabel('Batch', { exact: true }).fill('reports');
    await page.getByRole('dialog').getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByRole('heading', { name: 'reports' }).waitFor();
    await page.getByText('0 of 6').waitFor();
    await service.askedFor(2);

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused: somebody asked for it.').waitFor();
    service.release();
    await page.getByText('2 of 6').waitFor();
    expect(service.asked).toHaveLength(2);

    await page.keyboard.press('p');
    await page.locator('.status-completed').waitFor();
    await page.getByText('6 of 6').waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    for (const event of ['created', 'accepted', 'paused', 'resumed', 'completed']) {
      await page.locator('.moment strong', { hasText: event }).first().waitFor();
    }
    expect(await page.title()).toBe('reports · pawl');
    expect(wrongs).toEqual([]);
    service.close();
  });

  test('groups what failed by its reason and tries one, a group or all of it again', async () => {
    const service = await LanguageService.start();
    await using served = await servePage({ flags: service.flags });
    for (const id of ['doc_001', 'doc_002', 'doc_003', 'doc_004']) service.refused.add(id);
    const file = await served.world.write('mixed.jsonl', ['this is no JSON', ...documents(6)]);
    await served.submit(file, 'mixed');
    const { page, wrongs } = await served.open('#/batches/mixed/failures');

    const group = page.locator('.group', { hasText: 'provider rejected' });
    await group.getByText('Documents', { exact: true }).click();
    await group.getByRole('button', { name: 'Retry doc_001' }).waitFor();
    service.refused.delete('doc_001');
    await group.getByRole('button', { name: 'Retry doc_001' }).click();
    await group.locator('h2 .count', { hasText: '3' }).waitFor();

    service.refused.delete('doc_002');
    await group.getByRole('button', { name: 'Retry 3 documents' }).click();
    await group.locator('h2 .count', { hasText: '2' }).waitFor();

    service.refused.clear();
    await page.getByRole('button', { name: 'Retry 3 failures' }).click();
    await group.waitFor({ state: 'detached' });
    await page.locator('.group', { hasText: 'invalid json' }).waitFor();
    await page.getByText('Mend the line and submit the file again').waitFor();
    expect(wrongs).toEqual([]);
    service.close();
  });

  test('asks before it stops a batch for good', async () => {
    const service = await LanguageService.start();
    service.hold();
    await using served = await servePage({ flags: service.flags });
    await served.submit(await served.world.write('long.jsonl', documents(20)), 'long');
    const { page, wrongs } = await served.open('#/batches/long');

    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.status-running').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Stop for good' }).click();
    await page.locator('.status-stopped').waitFor();
    expect(await page.getByRole('button', { name: /Pause|Resume|^Stop$/ }).count()).toBe(0);
    expect(wrongs).toEqual([]);
    service.close();
  });

  test('says that a batch waits for its turn, and what is before it', async () => {
    const service = await LanguageService.start();
    service.hold();
    await using served = await servePage({ flags: [...service.flags, '--batches', '1'] });
    const { page, wrongs } = await served.open('#/');
    for (const id of ['first', 'second', 'third']) {
      await served.submit(await served.world.write(`${id}.jsonl`, documents(2)), id);
    }
    await page.locator('tr', { hasText: 'first' }).getByText('Running').waitFor();
    await page.locator('tr', { hasText: 'second' }).getByText('Queued · next').waitFor();
    await page.locator('tr', { hasText: 'third' }).getByText('Queued · 1 before it').waitFor();
    await page.getByRole('link', { name: 'second' }).click();
    await page.getByText('This batch waits for its turn').waitFor();
    expect(await barriers(page)).toEqual([]);
    service.release();
    await page.locator('.status-completed').waitFor();
    expect(wrongs).toEqual([]);
    service.close();
  });

  test('says what is waited for when a provider does not answer, and that it goes on when it does', async () => {
    const service = await LanguageService.start();
    service.close();
    await using served = await servePage({ flags: service.flags });
    await served.submit(await served.world.write('waits.jsonl', documents(3)), 'waits');
    const { page, wrongs } = await served.open('#/batches/waits');
    const stage = page.locator('.health-item', { hasText: 'entities' });
    await stage.getByText('Waiting').waitFor();
    await stage.getByText('No document fails for it.').waitFor();
    expect(await page.locator('[data-name=failed]').textContent()).toBe('0');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }); // colours that are on their way are neither
      expect(await barriers(page, ['color-contrast'])).toEqual([]);
    }
    const again = await LanguageService.start(Number(new URL(service.url).port));
    await page.locator('.status-completed').waitFor();
    again.close();
    expect(wrongs).toEqual([]);
  });

  test('finds its way back by itself when the server was killed and started anew', async () => {
    await using served = await servePage();
    const { page } = await served.open('#/');
    await page.getByText('Live', { exact: true }).waitFor();
    await served.killServer();
    await page.getByText('Reconnecting').waitFor();
    await served.startServer();
    await served.submit(await served.world.write('after.jsonl', documents(2)), 'after');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('tr', { hasText: 'after' }).locator('.status-completed').waitFor();
  });

  test('is worked by keyboard alone, and the keys can be switched off', async () => {
    await using served = await servePage();
    await served.submit(await served.world.write('one.jsonl', documents(3)), 'one');
    const { page, wrongs } = await served.open('#/');
    await page.locator('.status-completed').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'one' }).waitFor();
    await page.getByRole('link', { name: 'Documents' }).click();
    await page.getByText('doc_003').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('002');
    const found = () => page.locator('[data-item]').allTextContents();
    await expect.poll(found, { timeout: 15_000 }).toEqual(['doc_002']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'doc_002' }).waitFor();
    await page.keyboard.press('u');
    await page.getByText('doc_001').waitFor();

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).getByText('Search', { exact: true }).waitFor();
    await page.getByLabel('Single keys do these things').uncheck();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('b');
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(page.url()).toContain('#/batches/one/documents');
    expect(wrongs).toEqual([]);
  });

  test('asks for a token where the server does, and says what a token may not do', async () => {
    let token = '';
    await using served = await servePage({
      flags: ['--require-token'],
      prepare: async (world) => {
        token = (await world.pawl('token', 'create', 'reader')).stdout.trim();
      },
    });
    const file = await served.world.write('one.jsonl', documents(1));
    const { page } = await served.open('#/');
    for (const given of ['wrong', token]) {
      await page.getByLabel('Bearer token').fill(given);
      await page.getByRole('button', { name: 'Use it' }).click();
    }
    await page.getByText('Drop a file of JSON lines here').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();

    await dropFiles(page, file);
    await page.getByRole('dialog').getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByRole('alert').getByText('scope').waitFor();
  });

  test('says what was wrong with a file, and keeps the dialog open', async () => {
    await using served = await servePage();
    const file = await served.world.write('half.jsonl', ['{"text":"The minister resigned."}', 'no JSON']);
    const { page } = await served.open('#/');
    await page.getByRole('button', { name: 'Submit', exact: true }).first().click();
    await page.getByLabel('Files of JSON lines').setInputFiles(file);
    await page.getByRole('dialog').getByRole('button', { name: 'Submit', exact: true }).click();
    await page.getByText('1 new, 1 refused').waitFor();
    await page.getByRole('link', { name: 'See why' }).click();
    await page.locator('.group', { hasText: 'invalid json' }).waitFor();
  });
});
