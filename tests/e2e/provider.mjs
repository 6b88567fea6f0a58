// A real OpenID Connect provider (the npm package oidc-provider) on a port of its own, with a plain page to sign in.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

/**
 * What its people look like: `{ ada: { name, email, groups } }`. Changing it changes what it says at the next sign-in. One that is
 * `isolated` cuts its pages off from the windows that opened them, as large providers do.
 */
export async function startProvider(people, { secret, method = 'client_secret_basic', isolated } = {}) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const client = { client_id: 'portal', redirect_uris: [], token_endpoint_auth_method: secret ? method : 'none' };
  if (secret) client.client_secret = secret;
  const makeProvider = () => {
    const provider = new Provider(issuer, {
      clients: [client],
      claims: { openid: ['sub'], profile: ['name'], email: ['email'], groups: ['groups'] },
      scopes: ['openid', 'profile', 'email', 'groups'],
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      pkce: { required: () => true },
      cookies: { keys: ['a key for tests'] },
    });
    provider.on('server_error', (_, error) => console.error(error));
    return provider;
  };
  let provider;
  let answer;
  server.on('request', (request, response) => {
    if (isolated) response.setHeader('cross-origin-opener-policy', 'same-origin');
    if (request.url.startsWith('/interaction/')) interact(provider, request, response).catch((error) => response.destroy(error));
    else answer(request, response);
  });
  return {
    issuer,
    /** Registers where people are sent back to. */
    register(redirectUri) {
      client.redirect_uris = [redirectUri];
      provider = makeProvider();
      answer = provider.callback();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function interact(provider, request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'consent') return consent(provider, request, response, params, session.accountId);
  if (request.method === 'POST') {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const result = form.has('cancel')
      ? { error: 'access_denied', error_description: 'The person said no.' }
      : { login: { accountId: form.get('login') } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><h1>Provider</h1>
    <form method="post"><label>Login <input name="login"></label>
    <button>Sign in</button><button name="cancel" value="yes">Cancel</button></form></html>`);
}

async function consent(provider, request, response, { client_id: clientId, scope }, accountId) {
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  return provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
}
