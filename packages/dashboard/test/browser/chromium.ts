import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox', // tests run as root in containers
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const installed = [process.env.PAWL_CHROMIUM ?? '', ...CANDIDATES].find((path) => path !== '' && existsSync(path));

/**
 * Whether the tests that need a browser are left out, because this machine has none. In CI they never are: there they fail.
 */
export const skipsBrowser = installed === undefined && process.env.CI !== 'true' && process.env.CI !== '1';
if (skipsBrowser) {
  console.warn(
    'Tests in a browser are skipped: install chromium (apt-get install chromium) or name one in PAWL_CHROMIUM.',
  );
}

export function launchBrowser(): Promise<Browser> {
  if (installed === undefined) throw new Error('There is no Chromium: CI must install one before the tests.');
  return chromium.launch({ executablePath: installed, args: FLAGS });
}
