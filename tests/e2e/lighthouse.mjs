// Prints Lighthouse's scores for one page of a fresh demo portal, a line each: `phone performance<TAB>98`; with an address
// behind the page's, as the demo's person with that address sees it. Advice goes to standard error.
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';
import { FLAGS } from './browser.mjs';
import { Customer } from './customers.mjs';
import { PASSWORD, startServer } from './server.mjs';

const [path, email] = process.argv.slice(2);
const server = await startServer();
const extraHeaders = email && { Cookie: (await Customer.signIn(server, { email, password: PASSWORD })).cookie };
const chrome = await launch({
  chromePath: process.env.PASSGATE_CHROMIUM ?? '/usr/bin/chromium',
  chromeFlags: ['--headless', ...FLAGS],
});
try {
  for (const [device, config] of [['phone', undefined], ['desktop', desktopConfig]]) {
    const { lhr } = await lighthouse(server.url + path, { port: chrome.port, logLevel: 'error', extraHeaders }, config);
    for (const { id, score } of Object.values(lhr.categories)) {
      console.log(`${device} ${id}\t${Math.round(score * 100)}`);
    }
    for (const audit of Object.values(lhr.audits)) {
      if (audit.score !== null && audit.score < 0.9) console.error(`${device} ${audit.id}: ${audit.displayValue ?? audit.title}`);
    }
  }
} finally {
  chrome.kill();
  await server.stop();
}
