// Moving: the app stops here before anything can start there, exactly one device receives, and the old pass is refused ever after.
import assert from 'node:assert/strict';
import { DAY, jose } from './issuer.mjs';
import { FEATURE } from './license.mjs';
import { licensed, story } from './profile.mjs';

const move = (tab) => tab.page.evaluate(() => gate.move());
const cancel = (tab) => tab.page.evaluate(() => gate.cancelMove());
const preview = (tab, text) => tab.page.evaluate((given) => gate.preview(given), text);
const redeem = (tab, text, options) => tab.page.evaluate(([given, more]) => gate.redeem(given, more), [text, options]);
const offers = (issuer) => [...issuer.license.moves.values()];

/** Another device with the app open, and no pass. */
async function receiver(arrive) {
  const tab = await arrive();
  await tab.open();
  return tab;
}

story('a license moves to another device, and the old one is told where it went', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true, size: 5 });
  const { stopped, offer } = await tab.page.evaluate(async () => {
    let stopped = false;
    gate.addEventListener('run-disapproval', ({ detail }) => (stopped = detail.code));
    const offer = await gate.move();
    return { stopped, offer };
  });
  assert.equal(stopped, 'BEING_MOVED', 'before anybody could receive it');
  assert.deepEqual(Object.keys(offer), ['portablePass', 'code', 'url', 'qr', 'expiresAt', 'moveId']);
  assert.equal(offer.url, `${issuer.url}/receive#${offer.code}`);
  assert.match(offer.qr, /^<svg /);
  assert.equal(issuer.license.left, 97, 'what was debited here is of use there');

  const other = await receiver(arrive);
  const seen = await preview(other, offer.url);
  assert.deepEqual([seen.vendor.name, seen.product], ['Acme', { slug: 'sketchpad', name: 'Sketchpad' }]);
  assert.deepEqual([seen.moveId, seen.offerName, seen.from, seen.features[0].left], [offer.moveId, 'Pro', 'Chrome on Linux', 97]);
  const verdict = await redeem(other, offer.code.toLowerCase(), { name: 'Firefox on Windows' });
  assert.equal(verdict.code, 'VALID');
  assert.deepEqual((await other.events()).slice(0, 1), ['run-approval VALID']);
  assert.equal((await other.use()).approved, true);

  await tab.heard('change MOVED');
  assert.equal((await tab.can()).detail, 'The license was moved to Firefox on Windows.');
  assert.equal((await other.reopen()).code, 'VALID');
  await tab.remembers('MOVED');
  issuer.reachable = false;
  assert.equal((await tab.reopen()).code, 'MOVED', 'also offline');
});

story('a new pass and an old one are told apart when the license comes back', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  const other = await receiver(arrive);
  assert.equal((await redeem(other, (await move(tab)).portablePass)).code, 'VALID');
  await tab.heard('change MOVED');
  assert.equal((await redeem(tab, (await move(other)).portablePass)).code, 'VALID');
  await tab.heard('run-approval VALID');
  await other.heard('change MOVED');
  await tab.meanwhile(() => issuer.license.listeners === 1);
  assert.equal((await tab.reopen()).code, 'VALID');
  issuer.license.mark(issuer.license.passes.get(await tab.jkt()), 'suspended');
  await tab.heard('run-disapproval SUSPENDED');
});

story('an offer that is taken back lets the app run again', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5 });
  const { moveId } = await move(tab);
  assert.equal(await tab.code(), 'BEING_MOVED');
  assert.equal((await tab.use()).code, 'BEING_MOVED');
  await tab.reopen();
  assert.equal(await tab.code(), 'BEING_MOVED', 'also after a reload');
  assert.equal((await cancel(tab)).code, 'VALID');
  await tab.heard('run-approval VALID');
  assert.equal(issuer.license.moves.get(moveId).state, 'cancelled');
  await tab.keeps(5);
  assert.equal((await cancel(tab)).code, 'VALID', 'there is nothing to take back');
  assert.notEqual((await move(tab)).moveId, moveId, 'the next offer is another');
});

for (const streaming of [true, false]) {
  story(`an offer that ended lets the app run again ${streaming ? 'at once' : 'without a stream too'}`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive, { streaming });
    const { code } = await move(tab);
    await tab.wait(900);
    issuer.license.end(offers(issuer)[0], 'expired');
    if (streaming) await tab.heard('run-approval VALID');
    else await tab.hears('run-approval VALID');
    const other = await receiver(arrive);
    assert.equal((await redeem(other, code)).code, 'MOVE_EXPIRED');
    assert.equal(await other.code(), 'UNAVAILABLE');
  });
}

story('without a stream the sender learns from the status list that the license has arrived', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  const { code } = await move(tab);
  await redeem(await receiver(arrive), code, { name: 'Safari on macOS' });
  await tab.wait(400);
  await tab.heard('change MOVED');
  assert.equal((await tab.can()).detail, 'The license was moved to Safari on macOS.');
  assert.equal((await cancel(tab)).code, 'MOVED');
  assert.ok(issuer.asked.length > 0);
});

story('while an offer is open it is given again, also after a reload', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  const first = await move(tab);
  await tab.reopen();
  assert.deepEqual(await move(tab), first);
  assert.equal(offers(issuer).length, 1);
});

for (const when of ['before', 'after']) {
  story(`an offer whose request is cut ${when} its effect is made once`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive, { size: 5 });
    issuer.cut = { path: '/moves', when };
    assert.equal((await move(tab)).code, 'UNAVAILABLE');
    await tab.wait(120);
    issuer.cut = undefined;
    await tab.reopen();
    assert.equal((await move(tab)).code, offers(issuer)[0].code);
    assert.deepEqual([offers(issuer).length, issuer.license.left], [1, 97]);
    assert.equal((await cancel(tab)).code, 'VALID');
  });

  story(`a license that is received when the connection is cut ${when} the effect arrives once`, async ({ issuer, arrive }) => {
    const tab = await licensed(arrive);
    const { code } = await move(tab);
    const other = await receiver(arrive);
    issuer.cut = { path: '/redeem', when };
    assert.equal((await redeem(other, code)).code, 'UNAVAILABLE');
    issuer.cut = undefined;
    assert.equal((await redeem(other, code)).code, 'VALID');
    assert.equal([...issuer.license.passes.values()].filter(({ state }) => state === 'valid').length, 1);
  });
}

story('exactly one of two devices receives', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  const { portablePass } = await move(tab);
  const others = [await receiver(arrive), await receiver(arrive)];
  const codes = (await Promise.all(others.map((other) => redeem(other, portablePass)))).map(({ code }) => code);
  assert.deepEqual(codes.sort(), ['MOVE_USED', 'VALID']);
  assert.equal((await redeem(tab, portablePass)).code, 'SAME_DEVICE');
  assert.equal(issuer.license.moves.get('mov_1').state, 'redeemed');
});

story('without the network nothing is offered, and the app goes on', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5 });
  issuer.reachable = false;
  const verdict = await move(tab);
  assert.deepEqual([verdict.approved, verdict.code], [false, 'UNAVAILABLE']);
  assert.equal(await tab.code(), 'VALID');
  assert.equal((await tab.use()).approved, true, 'the slice is still there');
  issuer.reachable = true;
  assert.equal((await move(tab)).moveId, 'mov_1');
  assert.equal(issuer.license.left, 96);
});

story('a move that the offer does not allow is a verdict that says when it would', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { size: 5 });
  const body = { code: 'MOVE_LIMIT_REACHED', detail: 'This license moves once a year.', opens_at: '2027-01-01T00:00:00Z', remedy: 'contact_vendor' };
  issuer.license.refusal = { status: 409, body };
  const verdict = await move(tab);
  assert.deepEqual(verdict, { approved: false, code: 'MOVE_LIMIT_REACHED', detail: body.detail, opensAt: body.opens_at, remedy: 'contact_vendor' });
  assert.equal(await tab.code(), 'VALID');
  await tab.keeps(5);
});

story('only from a good pass a license moves', async ({ issuer, arrive }) => {
  const empty = await receiver(arrive);
  assert.equal((await move(empty)).code, 'UNAVAILABLE');
  const tab = await licensed(arrive, { streaming: true });
  issuer.license.mark([...issuer.license.passes.values()][0], 'suspended');
  await tab.heard('run-disapproval SUSPENDED');
  assert.equal((await move(tab)).code, 'SUSPENDED');
  assert.equal(offers(issuer).length, 0);
});

story('a portable pass that is not genuine, not for this product or too old is refused before it is sent', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive);
  const { portablePass } = await move(tab);
  const claims = jose.decodeJwt(portablePass);
  const other = await receiver(arrive);
  for (const [token, code] of [
    [await issuer.sign('portable-pass+jwt', { ...claims, aud: 'acme/other' }), 'WRONG_AUDIENCE'],
    [await issuer.sign('portable-pass+jwt', { ...claims, iss: 'https://evil.example/v/acme' }), 'WRONG_ISSUER'],
    [await issuer.sign('portable-pass+jwt', { ...claims, pass_status: 'valid' }), 'MALFORMED'],
    [await issuer.sign('portable-pass+jwt', { ...claims, exp: issuer.now - DAY }), 'EXPIRED'],
    [await issuer.pass('x'), 'WRONG_TYPE'],
    [`${portablePass.slice(0, -4)}AAAA`, 'SIGNATURE_INVALID'],
  ]) {
    assert.equal((await redeem(other, token)).code, code);
    assert.equal((await preview(other, token)).code, code);
  }
  assert.deepEqual(issuer.asked.filter((line) => /(redeem|preview)$/.test(line)), []);
  assert.equal((await redeem(other, ` ${portablePass}\n`)).code, 'VALID', 'as it was read from a file');
});

story('a code that is wrong is a verdict', async ({ arrive }) => {
  const other = await receiver(arrive);
  for (const text of ['', 'ABCD-EFGHJ-KMNPX', 'nonsense', '..']) {
    assert.equal((await redeem(other, text)).code, 'NOT_FOUND');
    assert.equal((await preview(other, text)).code, 'NOT_FOUND');
  }
  assert.equal((await other.can(FEATURE)).code, 'UNAVAILABLE');
});

story('a move that the portal began stops the app, and the app can end it', async ({ issuer, arrive }) => {
  const tab = await licensed(arrive, { streaming: true });
  const pass = [...issuer.license.passes.values()][0];
  issuer.license.moves.set('mov_9', { id: 'mov_9', from: pass, state: 'offered', exp: issuer.now + 900 });
  issuer.license.mark(pass, 'moving', { move: 'mov_9' });
  await tab.heard('run-disapproval BEING_MOVED');
  issuer.now += 10;
  assert.equal((await cancel(tab)).code, 'VALID');
  await tab.heard('run-approval VALID');
});
