// The operator's figures, read by Prometheus' own library for Python.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Customer, PRO } from './customers.mjs';
import { runPython, startServer } from './harness.mjs';

const TOKEN = 'a-token-of-the-operators';
const server = await startServer({ env: { PASSGATE_METRICS_TOKEN: TOKEN } });
after(() => server.stop());

/** Every sample, as `name{label="value"}` with labels in order, and the type of each family. */
async function scrape() {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  assert.equal(response.status, 200);
  return runPython(PYTHON, await response.text());
}

test('Prometheus reads the figures, and they move by what was done', async () => {
  const before = await scrape();
  const customer = await Customer.create(server);
  await customer.buy(PRO);
  const after_ = await scrape();
  const moved = (series) => (after_.samples[series] ?? 0) - (before.samples[series] ?? 0);
  const orders = 'passgate_http_requests_total{method="POST",route="/api/v1/orders",status="2xx"}';
  assert.equal(moved(orders), 1);
  assert.equal(moved('passgate_http_request_seconds_count{method="POST",route="/api/v1/orders"}'), 1);
  assert.ok(moved('passgate_store_commit_seconds_count') >= 2, 'an account and an order were committed');
  assert.equal(after_.types.passgate_http_requests, 'counter');
  assert.equal(after_.types.passgate_http_request_seconds, 'histogram');
  assert.equal(after_.types.passgate_open_leases, 'gauge');
  assert.ok(Object.keys(after_.samples).length < 5000, 'there are as many series as addresses, not as customers');
});

test('nobody reads them without the token', async () => {
  assert.equal((await fetch(`${server.url}/metrics`)).status, 401);
});

const PYTHON = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families
samples, types = {}, {}
for family in text_string_to_metric_families(json.loads(sys.argv[1])):
    types[family.name] = family.type
    for sample in family.samples:
        labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
        samples[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
print(json.dumps({"samples": samples, "types": types}))
`;
