// What is thrown: a refusal by the portal, or that nobody answered.

/** `code` is the contract's; `UNAVAILABLE` where nobody answered. */
export class PassgateError extends Error {
  name = 'PassgateError';

  constructor(code, detail, { remedy, status, requestId, opensAt, holders = [], fields = [], cause } = {}) {
    super(detail, cause && { cause });
    Object.assign(this, { code, detail, remedy, status, requestId, opensAt, holders, fields });
  }
}

/** The error that an answer amounts to which is none of success; `problem` is its body, if that could be read. */
export function toError(response, problem) {
  const { status, headers } = response;
  const { code, detail, title, remedy, opens_at: opensAt, holders, fields } = Object(problem);
  const isOurs = typeof code === 'string';
  return new PassgateError(
    isOurs && status < 500 ? code : 'UNAVAILABLE',
    isOurs ? (detail ?? title ?? code) : `The portal answered ${status}.`,
    { remedy, status, requestId: problem?.request_id ?? headers.get('x-request-id') ?? undefined, opensAt, holders, fields },
  );
}
