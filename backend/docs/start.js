// Shows the API's document. What is tried out is sent as this browser, with its session, or with a token if one is given
// under "Authorize".
window.ui = SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  filter: true,
  persistAuthorization: false,
  tagsSorter: 'alpha',
  // Otherwise another host is asked whether the document is in order.
  validatorUrl: null,
  // Every write wants a key of its own; whoever tries the same again types the same.
  requestInterceptor: (request) => {
    const isWrite = request.method && !['GET', 'HEAD'].includes(request.method.toUpperCase());
    const has = Object.keys(request.headers).some((name) => name.toLowerCase() === 'idempotency-key');
    if (isWrite && !has) request.headers['Idempotency-Key'] = crypto.randomUUID();
    return request;
  },
});
