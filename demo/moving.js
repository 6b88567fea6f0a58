// Moving the license from here to another device, and receiving it here: all that a vendor writes for it.

/** Makes both dialogs work; `$` finds an element by its id. */
export function offerMoving(gate, $) {
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
  send(gate, $);
  receive(gate, $);
}

function send(gate, $) {
  const say = (text) => { $("sending-text").textContent = text; };
  const show = (step) => {
    $("start").hidden = step !== "ask";
    $("offer").hidden = $("cancel").hidden = step !== "offer";
  };
  const showOffer = async () => {
    const offer = await gate.move();
    if (offer.approved === false) return say(offer.detail);
    $("qr").src = `data:image/svg+xml,${encodeURIComponent(offer.qr)}`;
    $("code").value = offer.code;
    URL.revokeObjectURL($("file").href);
    $("file").href = URL.createObjectURL(new Blob([offer.portablePass]));
    const until = new Date(offer.expiresAt).toLocaleTimeString(undefined, { timeStyle: "short" });
    say(`Sketchpad has stopped here. Until ${until} the license can be received on another device.`);
    show("offer");
  };
  const takeBack = async () => {
    const verdict = await gate.cancelMove();
    say(verdict.approved ? "The license stays on this device." : verdict.detail);
    if (verdict.approved) show("done");
  };
  $("send").addEventListener("click", () => {
    say("Sketchpad stops on this device at once. It works here again if you cancel, or if nobody receives the license in 15 minutes.");
    show("ask");
    $("sending").showModal();
  });
  $("start").addEventListener("click", showOffer);
  $("cancel").addEventListener("click", takeBack);
  $("back").addEventListener("click", takeBack);
  $("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText($("code").value);
    $("copy").textContent = "Copied";
  });
  // The page flips by itself: the license has gone, or is back.
  gate.addEventListener("change", ({ detail }) => {
    if ($("offer").hidden || detail.code === "BEING_MOVED") return;
    say(detail.approved ? "The license stays on this device." : detail.detail);
    show("done");
  });
}

function receive(gate, $) {
  const say = (text) => { $("receiving-text").textContent = text; };
  let previewed;
  const start = (text = "") => {
    $("wanted").reset();
    $("typed").value = text;
    forget();
    say("");
    $("receiving").showModal();
  };
  const forget = () => { previewed = undefined; $("redeem").textContent = "Continue"; };
  const preview = async (text) => {
    const found = await gate.preview(text);
    if (found.approved === false) return say(found.detail);
    previewed = text;
    const features = found.features.map(({ name, left }) => (left === undefined || left === null ? name : `${name} (${left} left)`));
    say(`${found.offerName} from “${found.from}” will arrive here: ${features.join(", ")}. It stops working there.`);
    $("redeem").textContent = "Receive it here";
  };
  $("receive").addEventListener("click", () => start());
  $("typed").addEventListener("input", forget);
  $("wanted").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = $("typed").value.trim();
    if (previewed !== text) return preview(text);
    const verdict = await gate.redeem(text);
    if (verdict.approved) $("receiving").close();
    else say(verdict.detail);
  });
  const take = (text) => {
    if (!text) return say("There is no code in it.");
    $("typed").value = text.trim();
    return preview(text.trim());
  };
  $("upload").addEventListener("change", async () => {
    const [file] = $("upload").files;
    if (!file) return;
    if (!file.type.startsWith("image/")) return take(await file.text());
    const { readQr } = await import("/sdk/qr.js");
    await take(await readQr(file).catch(() => undefined));
  });
  $("scan").addEventListener("click", () => scan($("camera"), $("receiving")).then(take, () => say("The camera cannot be used: type the code.")));
  const { hash } = location;
  if (hash.startsWith("#receive=")) {
    history.replaceState(null, "", location.pathname);
    start(decodeURIComponent(hash.slice("#receive=".length)));
  }
}

/** What the camera reads in a QR code before `dialog` is closed. */
async function scan(video, dialog) {
  const { readQr } = await import("/sdk/qr.js");
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.hidden = false;
  await video.play();
  try {
    for (;;) {
      await new Promise((resolve) => { video.requestVideoFrameCallback(resolve); });
      const text = await readQr(video).catch(() => undefined);
      if (text || !dialog.open) return text;
    }
  } finally {
    for (const track of video.srcObject.getTracks()) track.stop();
    video.hidden = true;
  }
}
