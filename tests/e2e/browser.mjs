// A real Chromium, and people in it: each person has a profile of their own, and every error that their
// pages report fails the test unless it was announced.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** No call home, no GPU, and no sandbox since tests may run as root. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Long enough for a busy machine; a test waits for what it expects, not for this. */
const PATIENCE = 15_000;

export async function startBrowser() {
  return chromium.launch({ executablePath: process.env.PASSGATE_CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** A browser whose profile is kept in `folder`, so that it can be closed and opened again. */
export async function startBrowserIn(folder, options = {}) {
  return chromium.launchPersistentContext(folder, {
    executablePath: process.env.PASSGATE_CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
    ...options,
  });
}

/** Somebody with a browser profile of their own, at `url`. */
export class Person {
  #problems = [];
  #announced = [];

  constructor(context, url) {
    this.context = context;
    this.url = url;
    context.setDefaultTimeout(PATIENCE);
    context.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.#report(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on('weberror', (error) => this.#report(`uncaught: ${error.error().stack ?? error.error()}`));
    context.on('request', (request) => {
      if (!this.#isOurs(request.url())) this.#report(`foreign request: ${request.url()}`);
    });
  }

  /** Opens a tab at a path of the portal, or empty. */
  async open(path) {
    const page = await this.context.newPage();
    if (path !== undefined) await page.goto(this.url + path);
    return page;
  }

  /** Announces an error that the pages are going to report, such as a refused request. */
  expectProblem(pattern) {
    this.#announced.push(pattern);
  }

  /** What went wrong in the pages so far, apart from what was announced. */
  get problems() {
    return this.#problems.filter((problem) => !this.#announced.some((pattern) => pattern.test(problem)));
  }

  #report(problem) {
    this.#problems.push(problem);
  }

  #isOurs(address) {
    const { protocol, hostname } = new URL(address);
    return ['data:', 'blob:', 'about:'].includes(protocol) || ['127.0.0.1', 'localhost'].includes(hostname);
  }
}

/** Everything where it comes to rest: half faded in, a toast does not have the contrast that it is read with. */
const AT_REST = '*, ::before, ::after { animation: none !important; transition: none !important; }';

/** Fails with the rule, the element and the advice for everything that axe finds on the page, which it sees at rest. */
export async function checkAccess(page) {
  // Evaluated in the page's world by the debugger, which the content security policy does not bind.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async (atRest) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(atRest);
    document.adoptedStyleSheets.push(sheet);
    try {
      return (await globalThis.axe.run(document)).violations;
    } finally {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    }
  }, AT_REST);
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.html}\n    ${node.failureSummary}`),
  );
  assert.deepEqual(found, [], `${page.url()} has barriers`);
}

/** Fails when the page is wider than its window, which on a phone means scrolling sideways. */
export async function checkWidth(page) {
  const { content, width } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    width: document.documentElement.clientWidth,
  }));
  assert.ok(content <= width, `${page.url()} is ${content} px wide in a window of ${width} px`);
}

/** Sets the page's clock to `time` (milliseconds or Date) and lets it go on from there; timers that became due fire. */
export async function setClock(page, time) {
  await page.clock.install({ time });
  await page.clock.resume();
}
