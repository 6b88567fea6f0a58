// The types of @passgate/sdk/qr.js, which is loaded only where codes are drawn or read.

/** The QR code of `text` as SVG. */
export declare function drawQr(text: string): string;

/** The text of the QR code in a picture; nothing when there is none. */
export declare function readQr(source: ImageBitmapSource): Promise<string | undefined>;
