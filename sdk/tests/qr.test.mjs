// QR codes: what is drawn can be read, by a photo of a screen as it were; and nothing of it is loaded before it is needed.
import assert from 'node:assert/strict';
import { licensed, story } from './profile.mjs';

const parts = (app) => app.asked.filter((path) => path.startsWith('/sdk/qr'));

/** A picture of `svg` on a page, as PNG in base64. */
async function photograph(context, svg, style = '') {
  const page = await context.newPage();
  await page.setContent(`<body style="background:#222"><div style="width:320px;margin:60px;${style}">${svg}</div>`);
  const picture = await page.screenshot();
  await page.close();
  return picture.toString('base64');
}

/** Reads it in the app, under its policy. */
const read = (tab, picture) =>
  tab.page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return (await import('/sdk/qr.js')).readQr(new Blob([bytes], { type: 'image/png' }));
  }, picture);

story('the picture of a move is read back, straight, turned and slanted', async ({ app, arrive }) => {
  const tab = await licensed(arrive);
  assert.deepEqual(parts(app), []);
  const { qr, url } = await tab.page.evaluate(() => gate.move());
  assert.deepEqual(parts(app), ['/sdk/qr.js', '/sdk/qr_encode.js'], 'drawn without the decoder');
  const slant = (axis) => `transform:perspective(600px) rotate${axis}(25deg)`;
  const styles = ['', 'transform:rotate(20deg)', 'transform:rotate(180deg)', slant('Y'), slant('X'), 'width:140px'];
  for (const style of styles) assert.equal(await read(tab, await photograph(tab.context, qr, style)), url, style);
  assert.ok(parts(app).includes('/sdk/qr_decode.js'), 'this browser has no detector of its own');
});

story('a slow phone reads what takes several guesses', async ({ arrive }) => {
  const tab = await arrive();
  const draw = (text) => tab.page.evaluate(async (given) => (await import('/sdk/qr.js')).drawQr(given), text);
  const phone = await tab.context.newCDPSession(tab.page);
  await phone.send('Emulation.setCPUThrottlingRate', { rate: 40 });
  const text = 'http://127.0.0.1:43351/receive#ABCD-EFGHJ-KMNPQ';
  const picture = await photograph(tab.context, await draw(text), 'transform:perspective(600px) rotateX(25deg)');
  assert.equal(await read(tab, picture), text);
});

story('a picture without a code gives nothing', async ({ arrive }) => {
  const tab = await arrive();
  assert.equal(await read(tab, await photograph(tab.context, '<p>Nothing to see</p>')), undefined);
});

story('a browser that reads codes itself loads no decoder', async ({ app, arrive }) => {
  const prepare = () => {
    window.BarcodeDetector = class {
      detect = async ({ width }) => (width ? [{ rawValue: 'read by the browser' }] : []);
    };
  };
  const tab = await arrive({ prepare });
  const svg = await tab.page.evaluate(async () => (await import('/sdk/qr.js')).drawQr('anything'));
  assert.equal(await read(tab, await photograph(tab.context, svg)), 'read by the browser');
  assert.deepEqual(parts(app), ['/sdk/qr.js', '/sdk/qr_encode.js']);
});
