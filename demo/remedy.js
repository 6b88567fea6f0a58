// Where a denial leads: what its remedy offers in the portal.

const PLACES = {
  renew: ["Renew or choose a bigger license", "/products/acme/sketchpad"],
  move: ["See your devices", "/licenses"],
  recover: ["See your devices", "/licenses"],
  free_seat: ["See who has your seats", "/licenses"],
  contact_vendor: ["See your licenses", "/licenses"],
};

/** Puts `detail` into `element`, and a link to what helps. */
export function tell(element, { detail, remedy }) {
  const link = document.createElement("a");
  [link.textContent, link.href] = PLACES[remedy] ?? ["See what the licenses include", PLACES.renew[1]];
  element.replaceChildren(`${detail} `, link);
}
