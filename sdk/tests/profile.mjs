// Browser profiles with the app open in them, at a time that the test decides.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startBrowser, startBrowserIn } from '../../tests/e2e/browser.mjs';
import { jose, startApp, startIssuer } from './issuer.mjs';
import { FEATURE } from './license.mjs';

/** When every story begins. */
export const NOW = 1_795_000_000;

const browser = await startBrowser();
after(() => browser.close());

/**
 * A test with an issuer and an app of its own. `arrive()` brings a new profile, or the one kept in `folder`, and gives its
 * first `Tab`; any error the pages report fails the test, such as a violation of the content security policy.
 */
export function story(name, body) {
  test(name, async (t) => {
    const issuer = await startIssuer(NOW);
    const app = await startApp(issuer);
    const contexts = [];
    const problems = [];
    const arrive = async ({ prepare, folder } = {}) => {
      const context = await (folder ? startBrowserIn(folder) : browser.newContext());
      context.setDefaultTimeout(15_000);
      contexts.push(context);
      context.on('weberror', (error) => problems.push(String(error.error())));
      context.on('console', (message) => {
        // A refused or unreachable request is what some stories are about; Chromium notes each.
        const expected = /Failed to load resource/.test(message.text());
        if (['error', 'warning'].includes(message.type()) && !expected) problems.push(message.text());
      });
      await context.addInitScript(openRecords);
      if (prepare) await context.addInitScript(prepare);
      await context.clock.install({ time: issuer.now * 1000 });
      return Tab.open(context, app, issuer);
    };
    try {
      await body({ issuer, app, arrive, t });
      assert.deepEqual(problems, [], 'the pages reported problems');
    } finally {
      for (const context of contexts) await context.close();
      await app.stop();
      await issuer.stop();
    }
  });
}

/** A tab with a pass, its status and its slice known, so that what follows is about something else. */
export async function licensed(arrive, { size = 0, left = 97, streaming = false, ...terms } = {}) {
  const tab = await arrive();
  Object.assign(tab.issuer.license, { size, left, streaming });
  await tab.open();
  await tab.license(terms);
  await tab.until(async () => JSON.parse((await records.get()).state).status !== undefined);
  if (size) await tab.keeps(size);
  if (streaming) await tab.until(async (name) => JSON.parse((await records.get()).state).counters?.[name], FEATURE);
  return tab;
}

/** Gives the page `records`, the SDK's own store: what a person can reach with the browser's tools. */
function openRecords() {
  const run = (mode, work) =>
    new Promise((resolve, reject) => {
      const wish = indexedDB.open('passgate');
      wish.onerror = () => reject(wish.error);
      wish.onsuccess = () => {
        const done = work(wish.result.transaction('terminals', mode).objectStore('terminals'));
        done.onsuccess = () => (wish.result.close(), resolve(done.result));
        done.onerror = () => reject(done.error);
      };
    });
  window.records = {
    get: async () => (await run('readonly', (store) => store.getAll()))[0],
    put: (record) => run('readwrite', (store) => store.put(record)),
    clear: () => run('readwrite', (store) => store.clear()),
  };
}

/** One tab of the app. */
export class Tab {
  static async open(context, app, issuer) {
    const tab = new Tab();
    tab.context = context;
    tab.app = app;
    tab.issuer = issuer;
    tab.page = await context.newPage();
    await tab.load();
    return tab;
  }

  /** Another tab of the same profile. */
  another() {
    return Tab.open(this.context, this.app, this.issuer);
  }

  /** Loads the page anew; no gate is open yet. */
  async load() {
    await this.page.goto(this.app.url);
    await this.until(() => document.title === 'ready' && window.sdk !== undefined);
  }

  /** Opens the gate; events are kept as "type CODE". */
  open(options = {}) {
    return this.page.evaluate(
      async (given) => {
        window.events = [];
        window.gate = await sdk.open(given);
        for (const type of ['run-approval', 'run-disapproval', 'change']) {
          gate.addEventListener(type, ({ detail }) => events.push(`${type} ${detail.code}`));
        }
        return gate.can();
      },
      { issuer: this.issuer.iss, product: 'sketchpad', ...options },
    );
  }

  async reopen(options) {
    await this.load();
    return this.open(options);
  }

  can(feature) {
    return this.page.evaluate((name) => gate.can(name), feature);
  }

  async code(feature) {
    return (await this.can(feature)).code;
  }

  install(pass) {
    return this.page.evaluate((token) => gate.install(token), pass);
  }

  /** Gives this terminal a pass as the issuer would; makes its key by trying a token that is none. */
  async license(options) {
    await this.install('none');
    this.issuer.terms = { began: this.issuer.now, ...options };
    return this.install(await this.issuer.pass(await this.jkt(), this.issuer.terms));
  }

  /** Counts uses; gives the verdict. */
  use(count, feature = FEATURE) {
    return this.page.evaluate(([name, number]) => gate.use(name, number), [feature, count]);
  }

  /** Uses one after the other until one is refused; gives how many were approved. */
  spendAll() {
    return this.page.evaluate(async (feature) => {
      let granted = 0;
      while (granted < 500 && (await gate.use(feature)).approved) granted += 1;
      return granted;
    }, FEATURE);
  }

  /** Waits until the slice that is kept has this many uses left, none of them uncertain. */
  keeps(rest) {
    return this.until(
      async ([name, wanted, size]) => {
        const { token, spent, pending, settling } = JSON.parse((await records.get()).state).slices?.[name] ?? {};
        return token !== undefined && !settling && Object.keys(pending).length === 0 && size - spent === wanted;
      },
      [FEATURE, rest, this.issuer.license.size],
    );
  }

  events() {
    return this.page.evaluate(() => window.events);
  }

  /** Waits for an event like "run-disapproval TERM_ENDED". */
  heard(event) {
    return this.until((wanted) => window.events.includes(wanted), event);
  }

  /** Waits until the store holds the refusal with this code: the app is told of it before it is written down. */
  remembers(code) {
    return this.until(async (wanted) => JSON.parse((await records.get()).state).refusal?.code === wanted, code);
  }

  /** Lets hours pass until an event comes: what the SDK does in the background may take a second attempt. */
  async hears(event) {
    for (let hours = 0; hours < 6; hours += 1) {
      await this.wait(3600);
      if (await this.holds((wanted) => window.events.includes(wanted), event, 3000)) return;
    }
    assert.fail(`${event} never came`);
  }

  /** Waits until the gate's verdict has this code. */
  becomes(code, feature) {
    return this.until(([wanted, name]) => gate.can(name).code === wanted, [code, feature]);
  }

  /** Asks the page until `condition` holds. */
  async until(condition, value) {
    const came = await this.holds(condition, value, 15_000);
    assert.ok(came, `never came to pass: ${condition} with ${JSON.stringify(value)?.slice(0, 100)}`);
  }

  /** Asks the test itself until `condition` holds. */
  async meanwhile(condition) {
    for (const deadline = performance.now() + 15_000; !condition(); await this.page.evaluate(() => 0)) {
      assert.ok(performance.now() < deadline, `never came to pass: ${condition}`);
    }
  }

  /** Whether `condition` holds now or within `patience` milliseconds. */
  async holds(condition, value, patience) {
    const deadline = performance.now() + patience;
    while (!(await this.page.evaluate(condition, value))) {
      if (performance.now() > deadline) return false;
    }
    return true;
  }

  /** Lets the time pass for this profile and the issuer; timers that become due fire. */
  async wait(seconds) {
    this.issuer.now += seconds;
    await this.context.clock.fastForward(seconds * 1000);
  }

  /** Turns the page's clock to another time, as a person would; the page's own timers notice nothing. */
  turnClock(time) {
    return this.context.clock.setSystemTime(time * 1000);
  }

  /** Changes the stored state behind the SDK's back, as `change` says; the key pair and the seal stay. */
  async tamper(change) {
    // Without a gate that might write in the same moment.
    await this.load();
    const changed = change(await this.state().catch(() => ({})));
    const state = typeof changed === 'string' ? changed : JSON.stringify(changed);
    await this.page.evaluate(async (text) => records.put({ ...(await records.get()), state: text }), state);
  }

  /** What is kept, without the keys. */
  state() {
    return this.page.evaluate(async () => JSON.parse((await records.get()).state));
  }

  /** The thumbprint of this profile's key. */
  async jkt() {
    const jwk = await this.page.evaluate(async () => crypto.subtle.exportKey('jwk', (await records.get()).keys.publicKey));
    return jose.calculateJwkThumbprint(jwk);
  }
}
