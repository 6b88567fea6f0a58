// Sketchpad: a small drawing app whose functions are licensed with Passgate.
// The first part is all that a vendor writes to gate its functions; the second part is the app itself.
import { open } from "/sdk/index.js";
import { drawing, beautified, toSvg } from "./drawing.js";
import { offerFarm } from "./farm.js";
import { offerMoving } from "./moving.js";
import { tell } from "./remedy.js";

const $ = (id) => document.getElementById(id);

// ── Licensing ────────────────────────────────────────────────────────────────────────────────────────────────────

const gate = await open({ issuer: `${location.origin}/v/acme`, product: "sketchpad" });

for (const event of ["run-approval", "run-disapproval", "change"]) gate.addEventListener(event, showLicense);
for (const id of ["connect", "invite"]) $(id).addEventListener("click", connect);
offerMoving(gate, $);
offerFarm(gate, $, () => (hasLines() ? toSvg(sheet.layers, canvas) : ""));
showLicense();

/** May `feature` run? If not, say why and what would help. */
function allowed(feature) {
  const verdict = gate.can(feature);
  if (verdict.approved) $("notice").hidden = true;
  else explain(verdict);
  return verdict.approved;
}

/** Counts one use of `feature`; if it may not run, says why. */
async function counted(feature) {
  const verdict = await gate.use(feature);
  if (verdict.approved) $("notice").hidden = true;
  else explain(verdict);
  showLicense();
  return verdict.approved;
}

async function connect() {
  const verdict = await gate.connect();
  if (verdict.approved) $("notice").hidden = true;
  else explain(verdict);
  showLicense();
}

/** Shows on the page what the pass allows now. */
function showLicense() {
  const draw = gate.can("draw");
  for (const button of document.querySelectorAll("[data-feature]")) {
    const verdict = gate.can(button.dataset.feature);
    button.setAttribute("aria-disabled", String(!verdict.approved));
    button.title = verdict.approved ? "" : verdict.detail;
  }
  const left = gate.can("ai.render").left;
  $("renders").textContent = left === undefined ? "" : `(${left} left)`;
  const until = draw.until && new Date(draw.until).toLocaleDateString(undefined, { dateStyle: "long" });
  $("license").textContent = !draw.approved ? draw.detail : until ? `Licensed until ${until}` : "Licensed";
  $("reason").textContent = draw.detail;
  $("invitation").hidden = draw.approved;
  $("connect").hidden = draw.approved || draw.code === "BEING_MOVED";
  $("send").hidden = !draw.approved;
  $("invite").hidden = $("receive").hidden = draw.code === "BEING_MOVED";
  $("back").hidden = draw.code !== "BEING_MOVED";
}

function explain(verdict) {
  tell($("notice"), verdict);
  $("notice").hidden = false;
}

// ── The app ──────────────────────────────────────────────────────────────────────────────────────────────────────

const canvas = $("canvas");
const sheet = drawing(localStorage.getItem("sketchpad.drawing"));
let stroke = null;

canvas.addEventListener("pointerdown", (event) => {
  if (!allowed("draw")) return;
  canvas.setPointerCapture(event.pointerId);
  stroke = { color: $("color").value, width: Number($("width").value), points: [at(event)] };
  sheet.current().strokes.push(stroke);
  paint();
});
canvas.addEventListener("pointermove", (event) => {
  if (!stroke) return;
  stroke.points.push(...(event.getCoalescedEvents?.() ?? []).map(at), at(event));
  paint();
});
for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { stroke = null; keep(); });

$("undo").addEventListener("click", undo);
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "z") { event.preventDefault(); undo(); }
});
$("clear").addEventListener("click", () => { for (const layer of sheet.layers) layer.strokes = []; keep(); });
$("layer").addEventListener("click", () => { if (allowed("layers")) { sheet.addLayer(); keep(); } });
$("png").addEventListener("click", () => {
  if (allowed("export.png")) canvas.toBlob((blob) => save(blob, "sketch.png"), "image/png");
});
$("svg").addEventListener("click", () => {
  if (allowed("export.svg")) save(new Blob([toSvg(sheet.layers, canvas)], { type: "image/svg+xml" }), "sketch.svg");
});
$("render").addEventListener("click", async () => {
  $("render").disabled = true;
  const may = await counted("ai.render");
  $("render").disabled = false;
  if (!may) return;
  sheet.addLayer("AI render").strokes = sheet.layers.filter((layer) => layer.visible && layer.name !== "AI render")
    .flatMap((layer) => layer.strokes.flatMap(beautified));
  keep();
});

function hasLines() {
  return sheet.layers.some((layer) => layer.visible && layer.strokes.length > 0);
}

function undo() { sheet.current().strokes.pop(); keep(); }

function at(event) {
  const box = canvas.getBoundingClientRect();
  const scale = (length, pixels, size) => Math.round((length * size * 10) / pixels) / 10;
  return [scale(event.clientX - box.left, box.width, canvas.width), scale(event.clientY - box.top, box.height, canvas.height)];
}

function paint() {
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.lineCap = pen.lineJoin = "round";
  for (const { color, width, alpha = 1, points } of sheet.layers.filter((layer) => layer.visible).flatMap((layer) => layer.strokes)) {
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.globalAlpha = alpha;
    pen.beginPath();
    pen.moveTo(...points[0]);
    for (const point of points.length > 1 ? points.slice(1) : points) pen.lineTo(...point);
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

function listLayers() {
  $("layers").replaceChildren(...sheet.layers.map((layer) => {
    const [item, label, box] = ["li", "label", "input"].map((tag) => document.createElement(tag));
    Object.assign(box, { type: "checkbox", checked: layer.visible });
    box.addEventListener("change", () => { layer.visible = box.checked; keep(); });
    label.append(box, layer.name);
    item.append(label);
    return item;
  }));
}

function keep() {
  localStorage.setItem("sketchpad.drawing", JSON.stringify(sheet.layers));
  listLayers();
  paint();
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

listLayers();
paint();
document.body.dataset.ready = "true";
