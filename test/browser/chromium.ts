import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
// Nothing that phones home while a test looks at the network.
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

/** A real Chromium, or one line that says how to get it. */
export function launchChromium(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `${CHROMIUM} is missing. These tests need Chromium: apt-get install chromium, or set CHROMIUM to where it is.`,
    );
  }
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET });
}
