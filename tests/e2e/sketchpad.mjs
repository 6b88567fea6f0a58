// What people do in Sketchpad, the demo app.
import { readFile } from 'node:fs/promises';

export const DEMO = '/demo/';
export const STORE = 'passgate';

/** The line that says what the pass allows. */
export const license = (page) => page.getByRole('banner').getByRole('status');
export const invitation = (page) => page.getByRole('region', { name: 'Draw with a license' });
export const notice = (page) => page.getByRole('alert');
export const tool = (page, name) => page.getByRole('button', { name });

/** What a device without a pass is told. */
export const NO_PASS = 'There is no pass on this device yet.';

/** Presses a button of the toolbar, also one that is marked as not working. */
export const press = (page, name) => tool(page, name).click({ force: true });

/** Waits until Sketchpad is licensed. */
export async function isLicensed(page) {
  await license(page).filter({ hasText: /^Licensed/ }).waitFor();
  await invitation(page).waitFor({ state: 'hidden' });
}

/** Waits until Sketchpad is not licensed, because of `why`. */
export async function isDenied(page, why = NO_PASS) {
  await license(page).filter({ hasText: why }).waitFor();
  await invitation(page).filter({ hasText: why }).waitFor();
}

/** Asks for a license; gives the portal's window. */
export async function openConnect(page) {
  const opened = page.waitForEvent('popup');
  await invitation(page).getByRole('button', { name: 'Connect your license' }).click();
  return opened;
}

/** Connects with the license that the signed-in customer has. */
export async function connect(page) {
  const popup = await openConnect(page);
  await handOver(popup);
  await isLicensed(page);
}

/** Presses "Connect" in the portal's window, which then closes by itself. */
export async function handOver(popup, device) {
  if (device) await popup.getByLabel('Name of this device').fill(device);
  const closed = popup.waitForEvent('close');
  await popup.getByRole('button', { name: 'Connect', exact: true }).click();
  await closed;
}

/** Draws a line through the middle of the paper. */
export async function draw(page) {
  const { x, y, width, height } = await page.getByLabel('Your drawing').boundingBox();
  const at = (part) => [x + width * part, y + height / 2];
  await page.mouse.move(...at(0.25));
  await page.mouse.down();
  await page.mouse.move(...at(0.5), { steps: 4 });
  await page.mouse.move(...at(0.75), { steps: 4 });
  await page.mouse.up();
}

/** The file that a button saves. */
export async function exported(page, button) {
  const saved = page.waitForEvent('download');
  await tool(page, button).click();
  const download = await saved;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** The colours of a picture at some places (parts of its width), halfway down. */
export function colours(page, bytes, places) {
  return page.evaluate(async ([base64, places]) => {
    const blob = new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]);
    const bitmap = await createImageBitmap(blob);
    const { width, height } = bitmap;
    const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    pen.drawImage(bitmap, 0, 0);
    const colour = (part) => pen.getImageData(Math.round(width * part), height / 2, 1, 1).data.slice(0, 3).join(' ');
    return { width, height, colours: places.map(colour) };
  }, [bytes.toString('base64'), places]);
}

/** What the SDK keeps in this profile, as far as it can be copied out of it: `{ id, state, seal }`. */
export function readKept(page) {
  return page.evaluate((name) => new Promise((resolve, reject) => {
    const wish = indexedDB.open(name);
    wish.onerror = () => reject(wish.error);
    wish.onsuccess = () => {
      const all = wish.result.transaction('terminals').objectStore('terminals').getAll();
      all.onsuccess = () => {
        const [{ id, state, seal }] = all.result;
        wish.result.close();
        resolve({ id, state: JSON.parse(state), seal: [...new Uint8Array(seal)] });
      };
    };
  }), STORE);
}

/**
 * Overwrites `state`, and `seal` if given, of what the SDK keeps; the key stays this profile's own. Then opens Sketchpad anew:
 * while this was done it was closed, since an open one would write too.
 */
export async function writeKept(page, { state, seal }) {
  const app = page.url();
  await page.goto(new URL('/sdk/index.js', app).href);
  await page.evaluate(([name, state, seal]) => new Promise((resolve, reject) => {
    const wish = indexedDB.open(name);
    wish.onerror = () => reject(wish.error);
    wish.onsuccess = () => {
      const store = wish.result.transaction('terminals', 'readwrite').objectStore('terminals');
      const all = store.getAll();
      all.onsuccess = () => {
        const [record] = all.result;
        const changed = { ...record, state: JSON.stringify(state), seal: seal ? new Uint8Array(seal).buffer : record.seal };
        store.put(changed).onsuccess = () => { wish.result.close(); resolve(); };
      };
    };
  }), [STORE, state, seal]);
  await page.goto(app);
}

/** Waits until uses of AI rendering that can be spent without contact lie in this profile: a slice, another than `old`. Gives it. */
export function holdsSlice(page, old) {
  return isKept(page, ({ slices }) => {
    const { token } = slices?.['ai.render'] ?? {};
    return token !== old && token;
  });
}

/** Waits until the SDK keeps what `find` gives of its state. */
async function isKept(page, find) {
  for (const until = Date.now() + 20_000; Date.now() < until;) {
    const found = find((await readKept(page)).state);
    if (found) return found;
  }
  throw new Error(`never came to pass: ${find}`);
}

/**
 * Does `act`, after which the app listens to the news of its pass, and waits until it does. From then on it asks nothing by
 * itself (but for slices) that could be refused or fail when the pass changes or the network goes.
 */
export async function untilListening(page, act) {
  const isStream = (response) => response.url().endsWith('/passes/events') && response.ok();
  const listening = page.context().waitForEvent('response', isStream);
  await act();
  await listening;
  await isKept(page, ({ status }) => status);
}

/** Cuts the page's connection, and waits until the page knows. */
export async function goOffline(page) {
  await page.context().setOffline(true);
  await page.waitForFunction(() => !navigator.onLine);
}
