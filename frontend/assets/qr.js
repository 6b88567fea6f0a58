// Drawing and reading QR codes for the portal's pages, with the SDK's module for both. Loaded by boot.js, and only when a
// page needs it.
import { drawQr, readQr } from "/sdk/qr.js";

/** The longest file that may be a portable pass. */
const LONGEST = 16_384;

/** An address of the picture that shows `text`. As an image it cannot run anything. */
export function draw(text) {
  return `data:image/svg+xml,${encodeURIComponent(drawQr(text))}`;
}

/** What the file chosen in the input `id` says: its text, or what the QR code in the picture says. */
export async function read(id) {
  const input = document.getElementById(id);
  const [file] = input?.files ?? [];
  if (!file) return undefined;
  try {
    if (!file.type.startsWith("image/")) return file.size <= LONGEST ? await file.text() : "";
    // By way of an image, so that drawings are read as well as photographs.
    const picture = new Image();
    picture.src = URL.createObjectURL(file);
    try {
      await picture.decode();
      return (await readQr(picture)) ?? "";
    } finally {
      URL.revokeObjectURL(picture.src);
    }
  } catch {
    return "";
  } finally {
    // So that choosing the same file once more is heard.
    input.value = "";
  }
}

/** Shows what the camera sees in the video `id` until it sees a QR code, and gives its text; nothing once `signal` ends it. */
export async function scan(id, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  try {
    const video = document.getElementById(id);
    if (!video) return undefined;
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const text = await readQr(video);
      if (text !== undefined) return text;
      await new Promise((resolve) => { requestAnimationFrame(resolve); });
    }
    return undefined;
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
