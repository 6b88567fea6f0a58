// Buying a license: menu, price, account, agreement, payment, license.
import assert from 'node:assert/strict';
import { currentMenu, Customer, MENU, money, newPerson, PRO, quote } from './customers.mjs';
import { openSite } from './harness.mjs';
import {
  agree, agreeAndPay, approve, approveButton, choice, getsFocus, goToCheckout, heading, payButton, pickMode, priceLines,
  signIn, signUp, tabTo, totalIs,
} from './portal.mjs';
import { publishAgreement, publishMenu } from './vendor.mjs';

const site = await openSite();

const offer = (page, name) => page.getByRole('group', { name: 'Choose an offer' }).getByRole('radio', { name });
const summary = (page) => page.getByRole('complementary', { name: 'Your license' });
const order = (page) => page.getByRole('region', { name: 'Your order' });

/** What the server asks for what the page's address says is chosen. */
async function quoteOfAddress(page) {
  const text = await page.waitForFunction(() => new URLSearchParams(location.search).get('selection'));
  return quote(site.server, JSON.parse(Buffer.from(await text.jsonValue(), 'base64url')));
}

async function pricesAgree(page) {
  const { lines, total } = await quoteOfAddress(page);
  await totalIs(summary(page), money(total));
  const shown = lines.filter(({ item, price }) => price.amount !== 0 || item.kind !== 'base');
  const inWords = (text) => (/^(Free|Included)$/.test(text) ? 'nothing' : text);
  const expected = shown.map(({ price }) => (price.amount === 0 ? 'nothing' : money(price)));
  assert.deepEqual((await priceLines(summary(page))).map(inWords), [...expected, money(total)]);
  return money(total);
}

site.story('a new customer chooses, signs up on the way, agrees, pays and has a license', async ({ arrive }) => {
  const { page } = await arrive('/');
  await page.getByRole('link', { name: /^Sketchpad/ }).click();
  await heading(page, 'Sketchpad').waitFor();
  await offer(page, 'Pro').check();
  await choice(page, /^How long/, /^1 year/).check();
  await choice(page, 'Add features', /^AI rendering/).check();
  await choice(page, /^How often: AI rendering/, /^500 uses/).check();
  const total = await pricesAgree(page);
  await goToCheckout(page);
  await totalIs(order(page), total);

  await signUp(page, newPerson());
  await getsFocus(agree(page));
  await totalIs(order(page), total);
  assert.equal(await payButton(page).textContent(), `Pay ${total} now`);
  await page.getByRole('button', { name: 'Read it' }).click();
  const text = page.getByRole('dialog', { name: 'Sketchpad license terms, version 1' });
  await text.getByText('What you draw is yours.').waitFor();
  await page.keyboard.press('Escape');
  await text.waitFor({ state: 'hidden' });
  await agreeAndPay(page);

  await heading(page, 'Test payment').waitFor();
  assert.equal(await approveButton(page).textContent(), `Approve payment of ${total}`);
  await approve(page);
  await totalIs(page.getByRole('region', { name: 'Receipt' }), total);
  await page.getByRole('link', { name: 'See license' }).click();
  await heading(page, 'Sketchpad Pro').waitFor();
  await page.getByText('500 of 500 left').waitFor();
  await page.getByRole('region', { name: 'Devices' }).getByText('0 of 1').waitFor();
});

site.story('the price follows every choice and is the one that the server asks for', async ({ arrive }) => {
  const { page } = await arrive(MENU);
  const totals = [];
  const check = async () => {
    const total = await pricesAgree(page);
    if (total === totals.at(-1)) return;
    const isSaid = totals.length > 0;
    totals.push(total);
    if (isSaid) await page.getByRole('status').filter({ hasText: `Total ${total}` }).waitFor({ state: 'attached' });
  };
  await check();
  for (const { name, terms } of (await currentMenu(site.server)).offers) {
    await offer(page, name).check();
    await check();
    const long = page.getByRole('group', { name: /^How long/ }).getByRole('radio');
    assert.equal(await long.count(), terms.length);
    for (const title of [/^How long/, 'Add features', /^How often/, /^Devices/, /^Seats/]) {
      const group = page.getByRole('group', { name: title });
      for (const box of await group.getByRole('radio').or(group.getByRole('checkbox')).all()) {
        await box.check();
        await check();
      }
    }
  }
  assert.ok(totals.length >= 20, `the price changed only ${totals.length} times`);
});

site.story('the selection survives reload, back and forward', async ({ arrive }) => {
  const { page } = await arrive(MENU);
  await offer(page, 'Solo').check();
  await choice(page, /^How long/, /^Forever/).check();
  await choice(page, /^Devices/, /^2 devices/).check();
  const total = await pricesAgree(page);
  await page.reload();
  await totalIs(summary(page), total);
  assert.ok(await choice(page, /^Devices/, /^2 devices/).isChecked());
  await goToCheckout(page);
  await page.reload();
  await totalIs(order(page), total);
  await page.goBack();
  await totalIs(summary(page), total);
  assert.ok(await offer(page, 'Solo').isChecked());
  await page.goForward();
  await totalIs(order(page), total);
  await page.getByRole('link', { name: 'Change selection' }).click();
  await totalIs(summary(page), total);
});

site.story('a customer with an account signs in on the way without losing the selection', async ({ arrive, server }) => {
  const { person } = await Customer.create(server);
  const { person: visitor, page } = await arrive(MENU);
  await offer(page, 'Pro').check();
  await choice(page, /^Devices/, /^3 devices/).check();
  const total = await pricesAgree(page);
  await goToCheckout(page);
  await pickMode(page, 'I have an account');
  visitor.expectProblem(/status of 401/);
  await signIn(page, { ...person, password: 'wrong horse battery staple' });
  await page.getByRole('alert').filter({ hasText: 'The e-mail address or the password is wrong.' }).waitFor();
  await signIn(page, person);
  await order(page).getByText(`Signed in as ${person.email}`).waitFor();
  await totalIs(order(page), total);
  await agreeAndPay(page);
  await approve(page);
});

site.story('a declined payment charges nothing and can be tried again', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { order_id: id } = await customer.order(PRO);
  const { page } = await arrive(`/pay/${id}`, customer.signedIn);
  await page.getByRole('button', { name: 'Decline payment' }).click();
  await page.getByRole('alert').filter({ hasText: 'Nothing was charged; you can try again.' }).waitFor();
  assert.equal((await customer.ask('GET', '/licenses')).items.length, 0);
  await page.getByRole('link', { name: 'Back to the order' }).click();
  await heading(page, 'Your order is waiting for payment').waitFor();
  await page.getByRole('alert').filter({ hasText: 'The payment was declined.' }).waitFor();
  await page.getByRole('button', { name: 'Pay now' }).click();
  await approve(page);
  assert.equal((await customer.ask('GET', '/licenses')).items.length, 1);
});

site.story('an order that is not wanted any more is cancelled', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { order_id: id } = await customer.order(PRO);
  const { page } = await arrive(`/orders/${id}`, customer.signedIn);
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await heading(page, 'Order cancelled').waitFor();
  await page.goto(`${server.url}/pay/${id}`);
  await heading(page, 'Order cancelled').waitFor();
});

site.story('an order page notices by itself that the order was paid elsewhere', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { order_id: id } = await customer.order(PRO);
  const { page } = await arrive(`/orders/${id}`, customer.signedIn);
  await heading(page, 'Your order is waiting for payment').waitFor();
  await customer.ask('POST', `/orders/${id}/payments/test`, { decision: 'approve' });
  await heading(page, 'Thank you, it is all yours').waitFor();
});

site.story('a trial is free, needs no payment page, and is had once', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { person, page } = await arrive(MENU, customer.signedIn);
  await offer(page, 'Trial').check();
  await goToCheckout(page);
  await agree(page).check();
  await page.getByRole('button', { name: 'Get it for free' }).click();
  await heading(page, 'Thank you, it is all yours').waitFor();
  await page.getByText('nothing to pay').waitFor();

  await page.goto(server.url + MENU);
  await offer(page, 'Trial').check();
  await goToCheckout(page);
  await agree(page).check();
  person.expectProblem(/status of 409/);
  await page.getByRole('button', { name: 'Get it for free' }).click();
  await page.getByRole('alert').filter({ hasText: 'You have had your trial' }).waitFor();
  assert.equal((await customer.ask('GET', '/licenses')).items.length, 1);
});

site.story('the whole purchase works with the keyboard alone', async ({ arrive }) => {
  const { page } = await arrive(MENU);
  await tabTo(page, offer(page, 'Trial'));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const extra = choice(page, 'Add features', /^AI rendering/);
  await tabTo(page, extra);
  await page.keyboard.press('Space');
  await tabTo(page, choice(page, /^How often/, /^100 uses/));
  await page.keyboard.press('ArrowDown');
  const total = await pricesAgree(page);
  await tabTo(page, page.getByRole('link', { name: 'Continue' }));
  await page.keyboard.press('Enter');
  await getsFocus(heading(page, 'Checkout'));
  const { name, email, password } = newPerson();
  for (const [label, text] of [['Name', name], ['E-mail', email], ['Password', password]]) {
    await tabTo(page, page.getByLabel(label, { exact: true }));
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await getsFocus(agree(page));
  await page.keyboard.press('Space');
  await tabTo(page, payButton(page));
  await page.keyboard.press('Enter');
  await getsFocus(heading(page, 'Test payment'));
  await tabTo(page, approveButton(page));
  await page.keyboard.press('Enter');
  await getsFocus(heading(page, 'Thank you, it is all yours'));
  await totalIs(page.getByRole('region', { name: 'Receipt' }), total);
  await tabTo(page, page.getByRole('link', { name: 'See license' }));
  await page.keyboard.press('Enter');
  await getsFocus(heading(page, 'Sketchpad Pro'));
});

// The last stories, since they leave another menu behind.
site.story('a menu that changes during the checkout is shown, old and new, and nothing is ordered', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { person, page } = await arrive(MENU, customer.signedIn);
  await offer(page, 'Pro').check();
  const before = await pricesAgree(page);
  await goToCheckout(page);
  await publishMenu(server, ({ offers }) => {
    offers.find(({ offer }) => offer === 'pro').terms.find(({ term }) => term === 'P1M').price += 300;
  });
  const after = money((await quote(server, PRO)).total);
  person.expectProblem(/status of 409/);
  await agreeAndPay(page);
  const changes = page.getByRole('alert').filter({ hasText: 'The offer has changed since you chose.' });
  const total = changes.getByRole('listitem').filter({ hasText: /^Total/ });
  assert.equal(await total.getByRole('deletion').textContent(), before);
  assert.equal(await total.getByRole('insertion').textContent(), after);
  await totalIs(order(page), after);
  assert.equal((await customer.ask('GET', '/orders')).items.length, 0);
  await payButton(page).click();
  await approve(page);
  assert.equal(money((await customer.ask('GET', '/orders')).items[0].total), after);
});

site.story('an agreement that changes during the checkout must be read and ticked anew', async ({ arrive, server }) => {
  const customer = await Customer.create(server);
  const { person, page } = await arrive(MENU, customer.signedIn);
  await offer(page, 'Solo').check();
  await goToCheckout(page);
  await publishAgreement(server, 'Everything is forbidden but drawing cats.');
  person.expectProblem(/status of 409/);
  await agreeAndPay(page);
  const changes = page.getByRole('alert').filter({ hasText: 'The offer has changed since you chose.' });
  assert.match(await changes.getByRole('deletion').textContent(), /, version 1$/);
  assert.match(await changes.getByRole('insertion').textContent(), /, version 2$/);
  assert.ok(!(await agree(page).isChecked()));
  await payButton(page).click();
  await getsFocus(agree(page));
  assert.equal((await customer.ask('GET', '/orders')).items.length, 0);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.getByRole('dialog').getByText('drawing cats').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
  await agreeAndPay(page);
  await approve(page);
});
