// A mail server that others wrote (aiosmtpd), and what it was handed, read by Python's own mail reader.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Starts it at `port`, any when absent. It answers each of `refusals` (how an address begins, and what to say) once; with
 * `certificate` (PEM, with its key) it offers STARTTLS, with `credentials` it wants name and password, under TLS only.
 */
export async function startMailServer({ port = 0, refusals = [], certificate, credentials } = {}) {
  const python = process.env.PASSGATE_PYTHON;
  if (!python) throw new Error('PASSGATE_PYTHON names no Python with aiosmtpd; `cargo xtask test e2e` sets it.');
  const input = JSON.stringify({ port, refusals, certificate, credentials });
  const child = spawn(python, ['-c', PROGRAM, input], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = [];
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(JSON.parse(line));
    for (const wake of waiting.splice(0)) wake();
  });
  /** The first thing said that `isWanted`, as soon as it is. */
  async function hears(isWanted) {
    for (;;) {
      const found = said.find(isWanted);
      if (found) return found;
      await new Promise((resolve) => waiting.push(resolve));
    }
  }
  const { listening } = await hears((one) => one.listening);
  return {
    port: listening,
    hears,
    /** The mail to `to` whose text holds `part`. */
    mail: async (to, part) => (await hears(({ mail }) => mail?.to.includes(to) && mail.text.includes(part))).mail,
    /** Everything that was handed over. */
    mails: () => said.filter(({ mail }) => mail).map(({ mail }) => mail),
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

const PROGRAM = `
import asyncio, email, email.policy, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

given = json.loads(sys.argv[1])
refusals = list(given["refusals"])

def say(what):
    print(json.dumps(what), flush=True)

class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        found = next((one for one in refusals if address.startswith(one[0])), None)
        if found:
            refusals.remove(found)
            say({"refused": found[1], "to": address})
            return found[1]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = lambda kind: message.get_body(preferencelist=(kind,)).get_content()
        say({"mail": {
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "headers": {key: str(value) for key, value in message.items()},
            "names": message.keys(), "defects": [str(defect) for defect in message.defects],
            "text": body("plain"), "html": body("html"), "tls": session.ssl is not None,
            "user": session.auth_data and session.auth_data.login.decode(),
        }})
        return "250 OK"

def check(server, session, envelope, mechanism, data):
    wanted = given["credentials"]
    return AuthResult(success=[data.login.decode(), data.password.decode()] == wanted, auth_data=data)

options = {"enable_SMTPUTF8": True}
if given.get("certificate"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(given["certificate"])
    options.update(tls_context=context, require_starttls=True)
if given.get("credentials"):
    options.update(authenticator=check, auth_required=True, auth_require_tls=True)

async def main():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Handler(), **options), "127.0.0.1", given["port"])
    say({"listening": server.sockets[0].getsockname()[1]})
    await server.serve_forever()

asyncio.run(main())
`;
