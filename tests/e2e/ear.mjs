// A vendor's own program that webhooks tell what happens.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** A program that keeps what it is told. */
export async function listen() {
  const answers = { status: 204 };
  const heard = [];
  const waiting = [];
  const program = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answers.status).end(answers.status < 300 ? '' : 'No.');
    for (const wake of waiting.splice(0)) wake();
  }).listen(0, '127.0.0.1');
  await once(program, 'listening');
  return {
    url: `http://127.0.0.1:${program.address().port}/hook`,
    close: () => program.close(),
    /** Answers with another status from now on. */
    answerWith(status) {
      answers.status = status;
    },
    /** The message of this kind about `subject`. */
    async hears(kind, subject) {
      const isWanted = ({ type, data }) => type === kind && data.subject === subject;
      for (;;) {
        const found = heard.findIndex(({ body }) => isWanted(JSON.parse(body)));
        if (found >= 0) return heard.splice(found, 1)[0];
        await new Promise((resolve) => waiting.push(resolve));
      }
    },
  };
}
