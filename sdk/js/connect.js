// The conversation with the portal's window in which a person chooses a license for this device.

/** How often to look whether the person closed the window: no event says so. */
const GLANCE = 300;

/**
 * Opens the window and resolves to the pass it hands over, or to nothing when it is closed early; `undefined` at once
 * when the browser blocks it. Must be called directly in a click.
 */
export function openWindow({ base, vendor, product, prepare, install }) {
  const state = crypto.randomUUID();
  const query = new URLSearchParams({ vendor, product, origin: location.origin, state });
  const popup = window.open(`${base}/connect?${query}`, `passgate-${state}`, 'popup,width=520,height=760');
  if (!popup) return undefined;
  const { origin } = new URL(base);
  const api = `${base}/api/v1/`;
  const say = (message) => popup.postMessage({ passgate: 1, state, ...message }, origin);

  return new Promise((resolve, reject) => {
    const answer = {
      async ready() {
        const { jkt } = await prepare();
        say({ type: 'hello', jkt, name: nameDevice() });
      },
      async prove({ id, htm, htu, nonce }) {
        // Only what gives this device a pass, whatever the window asks for: issuing one, and redeeming a move.
        const wanted = String(htu).startsWith(api) && /^(licenses\/[^\/?#]+\/passes|moves\/redeem)$/.test(htu.slice(api.length));
        if (htm !== 'POST' || !wanted) return;
        const terminal = await prepare();
        say({ type: 'proof', id, dpop: await terminal.prove(htm, htu, nonce) });
      },
      async pass({ pass }) {
        const verdict = await install(pass);
        say({ type: 'installed' });
        end(resolve, verdict);
      },
    };
    const listen = ({ source, origin: sender, data }) => {
      if (source !== popup || sender !== origin || data?.passgate !== 1 || data.state !== state) return;
      if (Object.hasOwn(answer, data.type)) answer[data.type](data).catch((error) => end(reject, error));
    };
    const glance = setInterval(() => popup.closed && end(resolve), GLANCE);
    const end = (settle, value) => {
      clearInterval(glance);
      removeEventListener('message', listen);
      settle(value);
    };
    addEventListener('message', listen);
  });
}

/** "Firefox on Windows": what the portal proposes as the device's name. */
export function nameDevice() {
  const find = (names, other) => names.find(([word]) => navigator.userAgent.includes(word))?.at(-1) ?? other;
  const browser = find([['Edg', 'Edge'], ['OPR', 'Opera'], ['Firefox'], ['Chrome'], ['Safari']], 'Browser');
  const system = find([['Windows'], ['Android'], ['iPhone'], ['iPad'], ['Mac', 'macOS'], ['CrOS', 'ChromeOS'], ['Linux']], 'device');
  return `${browser} on ${system}`;
}
