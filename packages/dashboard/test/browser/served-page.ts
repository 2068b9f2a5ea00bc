import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createWorld, type World } from '../../../pawl/test/cli/pawl-process.ts';
import { buildWhenStale } from '../../build.mjs';
import { launchBrowser } from './chromium.ts';

/** `pawl serve` as a process of its own over an empty data folder, and a browser that looks at it. */
export interface ServedPage extends AsyncDisposable {
  readonly url: string;
  readonly world: World;
  /** Streams a file of JSON lines to a batch. */
  submit(file: string, batchId: string): Promise<void>;
  /** Opens a page of the dashboard in a fresh profile. */
  open(fragment: string, options?: BrowserContextOptions): Promise<Watched>;
  /** Ends the server with SIGKILL. */
  killServer(): Promise<void>;
  /** Starts it again, at the same address. */
  startServer(): Promise<void>;
}

/** A page, and everything it did that it must not: errors, refusals of its policy, dialogs, requests to other hosts. */
export interface Watched {
  readonly page: Page;
  readonly wrongs: readonly string[];
}

interface ServeOptions {
  /** For `pawl serve`, such as where stages are. */
  readonly flags?: readonly string[];
  /** What is to be done before it starts. */
  readonly prepare?: (world: World) => Promise<unknown>;
}

export async function servePage({ flags = [], prepare }: ServeOptions = {}): Promise<ServedPage> {
  await buildWhenStale();
  const world = await createWorld();
  await prepare?.(world);
  const port = await freePort();
  const start = async () => {
    const running = world.start('serve', '--port', String(port), '--log-level', 'warn', ...flags);
    await running.saying(/pawl serves http/);
    return running;
  };
  let server = await start();
  const browser = await launchBrowser();
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    world,
    submit: async (file, batchId) => {
      const response = await fetch(`${url}/api/v1/batches/${batchId}/documents`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: await readFile(file),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    open: (fragment, options = {}) => openPage(browser, url, fragment, options),
    killServer: async () => {
      server.child.kill('SIGKILL');
      await server.ended;
    },
    startServer: async () => {
      server = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await world.dispose();
    },
  };
}

async function openPage(
  browser: Browser,
  url: string,
  fragment: string,
  options: BrowserContextOptions,
): Promise<Watched> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const wrongs: string[] = [];
  page.on('pageerror', (error) => wrongs.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') wrongs.push(message.text());
  });
  page.on('dialog', (dialog) => wrongs.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) wrongs.push(`request: ${request.url()}`);
  });
  await page.goto(`${url}/${fragment}`);
  return { page, wrongs };
}

/** A server that comes back must come back where it was, so its port is chosen before. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
