// The page's one Trusted Types policy.
//
// The pages' framework builds elements from templates written in our own source, and hands those constant texts to
// `innerHTML` of detached <template> elements. Vendors' and customers' texts never take that way: they become text
// nodes (`createTextNode`, `nodeValue`) and attributes (`setAttribute`). So this policy lets plain markup pass and
// throws on anything that could run: script-like elements, event attributes, script addresses. There is no
// `createScript` and no `createScriptURL`: the browser refuses both.
if (window.trustedTypes) {
  const runs = /<\s*\/?\s*(script|iframe|object|embed|base|meta|link|style|form\s[^>]*action)\b|\son[a-z]+\s*=|\s(srcdoc|style)\s*=|javascript:/i;
  window.trustedTypes.createPolicy("default", {
    createHTML(markup) {
      if (runs.test(markup)) {
        throw new TypeError("markup that could run was refused");
      }
      return markup;
    },
  });
}

// What the pages load only when they need it: programs cannot import by themselves without evaluating text.
window.passgate = {
  loadQr: () => import("/qr.js"),
  loadPasskeys: () => import("/passkey.js"),
  // Browsers bind passkeys to a name: there are none for a portal that is reached by a number.
  canPasskeys: () => typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === "function"
    && !/^[\d.]+$|:/.test(location.hostname),
};
