// Presenting the license to a server of the app's own: the pass, and a proof that goes with one request.
import assert from 'node:assert/strict';
import { jose } from './issuer.mjs';
import { licensed, story } from './profile.mjs';

const present = (tab, ...request) => tab.page.evaluate((wanted) => gate.present(...wanted), request);

story('the pass comes with a proof of its key, for one request', async ({ arrive }) => {
  const tab = await licensed(arrive);
  const { authorization, dpop } = await present(tab, 'https://app.example.com/api/render?page=1#top', 'POST');
  const [scheme, pass] = authorization.split(' ');
  const { jwk, typ } = jose.decodeProtectedHeader(dpop);
  const { payload } = await jose.jwtVerify(dpop, await jose.importJWK(jwk, 'ES256'));
  assert.deepEqual([scheme, typ, payload.htm, payload.htu], ['DPoP', 'dpop+jwt', 'POST', 'https://app.example.com/api/render']);
  assert.equal(await jose.calculateJwkThumbprint(jwk), jose.decodeJwt(pass).cnf.jkt);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pass));
  assert.equal(payload.ath, jose.base64url.encode(new Uint8Array(digest)));

  const [first, second] = [await present(tab, '/api/render'), await present(tab, '/api/render')];
  const [one, other] = [first, second].map((headers) => jose.decodeJwt(headers.dpop));
  assert.deepEqual([one.htm, one.htu], ['GET', new URL('/api/render', tab.page.url()).href]);
  assert.notEqual(one.jti, other.jti);
});

story('without a good pass there is a denial in its place', async ({ arrive }) => {
  const stranger = await arrive();
  await stranger.open();
  const { approved, code } = await present(stranger, '/api/render');
  assert.deepEqual([approved, code], [false, 'UNAVAILABLE']);
});
