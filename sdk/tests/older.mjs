// Browsers that are older than what the SDK would like to use.

/** Makes a browser of the years before Ed25519: keys of that kind are not known to it. */
export function refuseEd25519() {
  // The empty page that comes first has none.
  if (!crypto.subtle) return;
  const { importKey } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.importKey = function (format, bytes, algorithm, ...rest) {
    const isKnown = (algorithm.name ?? algorithm) !== 'Ed25519';
    return isKnown ? importKey.call(this, format, bytes, algorithm, ...rest) : Promise.reject(new DOMException('', 'NotSupportedError'));
  };
}
