// What a test file needs: a portal with demo data, a browser, and stories in which people visit it.
//
//   const site = await openSite();
//   site.story('a customer reads the menu', async ({ arrive }) => {
//     const { page } = await arrive('/products/acme/sketchpad');
//     ...
//   });
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { Person, startBrowser, startBrowserIn } from './browser.mjs';
import { startServer } from './server.mjs';

export * as jose from 'jose';
export { checkAccess, checkWidth, Person, setClock, startBrowser, startBrowserIn } from './browser.mjs';
export { PASSWORD, Server, startServer } from './server.mjs';

/** Where a failed story leaves pictures of what its people saw. */
const PICTURES = new URL('../../target/e2e/', import.meta.url);

/** A portal and a browser for one test file; both go when its tests are done. */
export async function openSite(options) {
  const server = await startServer(options);
  const browser = await startBrowser();
  after(async () => {
    await browser.close();
    await server.stop();
  });
  return { server, browser, url: server.url, story: (name, body) => story(server, browser, name, body) };
}

/**
 * A test in which people visit the portal. `arrive(path, options)` brings a new person with an empty profile
 * (options are Playwright's, such as `viewport`) and gives `{ person, page }`. With `profile`, a folder, the profile is kept
 * there when the person leaves. At the end no page may have reported an error that was not announced with
 * `person.expectProblem(…)`.
 */
function story(server, browser, name, body) {
  test(name, async (t) => {
    const people = [];
    const arrive = async (path, { profile, ...options } = {}) => {
      const look = { locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options };
      const context = await (profile ? startBrowserIn(profile, look) : browser.newContext(look));
      const person = new Person(context, server.url);
      people.push(person);
      return { person, page: await person.open(path) };
    };
    try {
      await body({ arrive, server, t });
      for (const person of people) assert.deepEqual(person.problems, [], 'the pages reported problems');
    } catch (error) {
      await keepPictures(name, people);
      for (const person of people) t.diagnostic(`pages said: ${person.problems.join('\n') || 'nothing'}`);
      t.diagnostic(`server said:\n${server.log.slice(-4000)}`);
      throw error;
    } finally {
      for (const person of people) await person.context.close();
    }
  });
}

async function keepPictures(name, people) {
  await mkdir(PICTURES, { recursive: true });
  const slug = name.replaceAll(/[^a-z0-9]+/giu, '-');
  for (const [number, person] of people.entries()) {
    for (const [tab, page] of person.context.pages().entries()) {
      const path = new URL(`${slug}-${number}-${tab}.png`, PICTURES).pathname;
      // A page that cannot be drawn any more must not hide why the story failed.
      await page.screenshot({ path, fullPage: true }).catch(() => {});
    }
  }
}

/** Runs a Python program that has PyJWT, gives it `input` as JSON and returns the JSON it prints. */
export async function runPython(program, input) {
  const python = process.env.PASSGATE_PYTHON;
  if (!python) throw new Error('PASSGATE_PYTHON names no Python with PyJWT; `cargo xtask test e2e` sets it.');
  const { stdout } = await promisify(execFile)(python, ['-c', program, JSON.stringify(input)]);
  return JSON.parse(stdout);
}
