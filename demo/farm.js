// AI rendering on Acme's farm: a service that checks this customer's license out while it draws. The app gives it an identifier
// that is good for this one job; what is drawn is counted there, so nothing is counted here.
import { tell } from "./remedy.js";

const FARM = "/demo/render";
const KEPT = "sketchpad.job";
const SILENT = "The farm cannot be reached. It needs contact; AI render draws here, also without.";

/** Makes the dialog work; `$` finds an element by its id, `draw` gives the drawing as SVG. */
export function offerFarm(gate, $, draw) {
  const dialog = $("farming");
  let job;
  let events;

  const say = (text) => { $("farm-text").textContent = text; };
  const show = (isWorking) => {
    $("farm-order").disabled = isWorking;
    $("farm-start").hidden = isWorking;
    $("farm-cancel").hidden = $("farm-progress").hidden = !isWorking;
  };
  const finish = () => {
    events?.close();
    sessionStorage.removeItem(KEPT);
    show(false);
  };
  const fail = (verdict) => {
    finish();
    if (verdict) tell($("farm-text"), verdict);
    else say(SILENT);
  };

  /** The job may well go on: it is found again when the page is loaded anew. */
  const silence = () => {
    show(false);
    say(SILENT);
  };

  $("farm").addEventListener("click", () => {
    const verdict = gate.can("ai.render");
    dialog.showModal();
    if (!verdict.approved) fail(verdict);
    else if (!navigator.onLine) say(SILENT);
    else if (!events) say("");
  });

  $("farm-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const drawing = draw();
    if (!drawing) return say("Draw something first.");
    show(true);
    $("farm-pages").replaceChildren();
    say("Asking for the license…");
    try {
      const farm = await ask("GET", "");
      const expiresAt = new Date(Date.now() + 600_000).toISOString().replace(/\.\d+/, "");
      const made = await gate.identifier({ service: farm.service, label: "Render farm", uses: 1, expiresAt });
      if (made.approved === false) return fail(made);
      const pages = $("farm-count").valueAsNumber;
      const order = { identifier: made.identifier, drawing, pages, effect: $("farm-effect").value };
      const begun = await ask("POST", "/jobs", order);
      if (begun.code) return fail(begun);
      sessionStorage.setItem(KEPT, begun.job_id);
      follow(begun.job_id);
    } catch {
      fail();
    }
  });

  $("farm-cancel").addEventListener("click", () => {
    say("Cancelling…");
    ask("DELETE", `/jobs/${job}`).catch(silence);
  });

  function follow(id) {
    job = id;
    show(true);
    events = new EventSource(`${FARM}/jobs/${id}/events`);
    events.addEventListener("progress", ({ data }) => progress(JSON.parse(data)));
    // It comes again by itself, unless there is no such job any more, or the page is left.
    events.addEventListener("error", () => {
      if (events.readyState === EventSource.CLOSED) look(id).catch(silence);
    });
  }

  async function look(id) {
    const seen = await ask("GET", `/jobs/${id}`);
    if (seen.code) fail(seen);
    else follow(id);
  }

  function progress({ state, pages, rendered, holders = [], opens_at: opensAt, returned, left, reason }) {
    $("farm-progress").max = pages;
    $("farm-progress").value = rendered;
    for (let page = $("farm-pages").children.length + 1; page <= rendered; page += 1) $("farm-pages").append(picture(page));
    const uses = left === undefined ? "" : ` ${left} uses are left.`;
    const texts = {
      starting: () => "Checking the license out…",
      waiting: () => `Waiting for a seat. Taken by: ${holders.join("; ")}.${free(opensAt)}`,
      rendering: () => `Drawing page ${Math.min(rendered + 1, pages)} of ${pages}.`,
      done: () => `${pages === 1 ? "The page is" : `All ${pages} pages are`} drawn.${uses}`,
      cancelled: () => `Cancelled after ${rendered} of ${pages} pages.${returned ? ` ${returned} uses came back.` : ""}${uses}`,
    };
    if (state in texts) say(texts[state]());
    if (state === "failed") fail({ ...reason, detail: `The farm has stopped: ${reason.detail}` });
    else if (state === "done" || state === "cancelled") finish();
  }

  function picture(page) {
    const [item, link, image] = ["li", "a", "img"].map((tag) => document.createElement(tag));
    image.src = link.href = `${FARM}/jobs/${job}/pages/${page}`;
    image.alt = `Save page ${page}`;
    link.download = `render-${page}.svg`;
    link.append(image);
    item.append(link);
    return item;
  }

  const kept = sessionStorage.getItem(KEPT);
  if (kept) follow(kept);
}

/** When a seat may be free. */
function free(opensAt) {
  return opensAt ? ` The first may be free at ${new Date(opensAt).toLocaleTimeString(undefined, { timeStyle: "medium" })}.` : "";
}

/** A request to the farm. */
async function ask(method, path, body) {
  const response = await fetch(`${FARM}${path}`, {
    method,
    headers: body && { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  return response.status === 204 ? {} : response.json();
}
