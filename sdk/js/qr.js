// QR codes: drawing the address of a move, and reading one from a picture. A script of its own, loaded only where an app
// does either; the decoder again only where the browser has none. Encoder and decoder are the npm package `qr`.
import { encodeQR } from './qr_encode.js';

/** How long one look may guess, in milliseconds: at a picture, which is all there is, and at a frame of a video, which others follow. */
const PATIENCE = 2000;
const PATIENCE_WITH_A_FRAME = 200;

/** The SVG of `text`: black on white whatever the page's colours, with the margin that readers need. */
export function drawQr(text) {
  const svg = encodeQR(text, 'svg', { border: 4 });
  return svg.replace('<path', '<path fill="#fff" d="M0 0h999v999H0z"/><path');
}

/** The text of the QR code in a picture (a blob, an image, a canvas, a frame of a video); nothing when there is none. */
export async function readQr(source) {
  const image = await createImageBitmap(source);
  try {
    return (await detect(image)) ?? (await decode(image, patience(source)));
  } finally {
    image.close();
  }
}

/** By the browser, where it can. */
async function detect(image) {
  try {
    const [code] = await new BarcodeDetector({ formats: ['qr_code'] }).detect(image);
    return code?.rawValue;
  } catch {
    return undefined;
  }
}

const patience = (source) => (source instanceof HTMLVideoElement ? PATIENCE_WITH_A_FRAME : PATIENCE);

async function decode(image, timeLimit) {
  const { decodeQR } = await import('./qr_decode.js');
  // The decoder looks along rows: what leans back is found when it is turned by a quarter.
  for (const turned of [false, true]) {
    try {
      return decodeQR(pixels(image, turned), { effort: Infinity, timeLimit });
    } catch {
      // No code seen this way.
    }
  }
  return undefined;
}

function pixels(image, turned) {
  const [width, height] = turned ? [image.height, image.width] : [image.width, image.height];
  const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  // What is transparent in a drawing is white on paper.
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, width, height);
  if (turned) pen.transform(0, 1, -1, 0, width, 0);
  pen.drawImage(image, 0, 0);
  return pen.getImageData(0, 0, width, height);
}
