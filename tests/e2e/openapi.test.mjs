// The API against its own document: schemathesis sends what the document allows, and what it does not, and holds every answer
// against it. ../openapi/hooks.py says who asks and which ids there are.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PASSWORD, startServer } from './harness.mjs';

const FOLDER = fileURLToPath(new URL('../openapi', import.meta.url));

const CHECKS = [
  'not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_schema_conformance',
  'response_headers_conformance', 'negative_data_rejection', 'unsupported_method', 'allow_header_conformance',
];

/** The same requests each time: the number of examples is what ends it, not the time. */
const OPTIONS = [
  '--generation-deterministic', '--generation-with-security-parameters', 'false',
  '--max-examples', '3', '--continue-on-failure', '--warnings', 'off', '--no-color',
  // Those answers never end.
  '--exclude-path', '/api/v1/passes/events', '--exclude-path', '/api/v1/licenses/{id}/events',
  // Those lead a person's browser, which they always bring somewhere: to the sign-in page with what is wrong.
  '--exclude-path-regex', '/sources/\\{source_id\\}/(start|callback)$',
];

/** Runs schemathesis as `caller`: its exit status and what it wrote. */
async function run(server, caller, phases) {
  const python = process.env.PASSGATE_PYTHON;
  if (!python) throw new Error('PASSGATE_PYTHON names no Python with schemathesis; `cargo xtask test e2e` sets it.');
  const options = ['run', `${server.url}/api/openapi.json`, '--checks', CHECKS.join(','), '--phases', phases, ...OPTIONS];
  const child = spawn(python, ['-c', 'from schemathesis.cli import schemathesis; schemathesis()', ...options], {
    cwd: FOLDER,
    env: {
      ...process.env,
      PASSGATE_URL: server.url,
      PASSGATE_DEMO_PASSWORD: PASSWORD,
      PASSGATE_CALLER: caller,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONPATH: FOLDER,
      SCHEMATHESIS_HOOKS: 'hooks',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
  const [status] = await once(child, 'close');
  return { status, output };
}

for (const [caller, phases] of [['owner', 'coverage,fuzzing'], ['customer', 'coverage,fuzzing'], ['nobody', 'coverage']]) {
  test(`every answer to ${caller === 'nobody' ? caller : `the ${caller}`} is one that the document tells of`, async (t) => {
    const server = await startServer();
    try {
      const { status, output } = await run(server, caller, phases);
      const [generated] = /\d+ generated/.exec(output) ?? ['nothing'];
      t.diagnostic(generated);
      assert.equal(status, 0, output.slice(-20_000));
    } finally {
      await server.stop();
    }
  });
}
