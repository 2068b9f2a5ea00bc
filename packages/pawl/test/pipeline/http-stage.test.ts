import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UNATTENDED_CALL } from '../../src/domain/stage-call.ts';
import { type HttpStageName, httpStage } from '../../src/pipeline/http/http-stage.ts';
import type { StageInput } from '../../src/pipeline/stage.ts';

// The stage against a real server that misbehaves.

const TEXT = 'Ängela Merkel met 🙂 Obama in Berlin; Obama left.';

let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
beforeEach(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    answer(request, response, body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ner`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const input: StageInput = {
  document: { documentId: 'd1', text: TEXT, source: {} },
  batchId: 'b',
  entities: [],
  triplets: [],
  events: [],
};

function run(name: HttpStageName = 'entities', signal = new AbortController().signal) {
  return httpStage(name, url, undefined).run(input, signal, UNATTENDED_CALL);
}

function says(status: number, body: unknown, headers: Record<string, string> = {}) {
  answer = (_, response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

const entity = (text: string, start_char: number) => ({
  text,
  type: 'PER',
  start_char,
  end_char: start_char + text.length,
  confidence: 0.9,
});
const span = (text: string, start_char: number) => ({ text, start_char, end_char: start_char + text.length });

describe('answers', () => {
  test('the service is sent the text and the id', async () => {
    let sent = '';
    let type: string | undefined;
    answer = (request, response, body) => {
      sent = body;
      type = request.headers['content-type'];
      response.end('{"entities": []}');
    };
    expect((await run()).value).toEqual([]);
    expect(JSON.parse(sent)).toEqual({ text: TEXT, document_id: 'd1' });
    expect(type).toBe('application/json');
  });

  test('G10 spans counted otherwise than in UTF-16 units move to the nearest place that says the same', async () => {
    const utf16 = TEXT.indexOf('Obama');
    const codePoints = [...TEXT.slice(0, utf16)].length;
    const second = TEXT.lastIndexOf('Obama');
    says(200, { entities: [entity('Obama', codePoints), entity('Obama', second - 2), entity('Putin', 3)] });
    expect((await run()).value).toEqual([entity('Obama', utf16), entity('Obama', second)]);
  });

  test('G10 triplets with a part that the text does not say are left out', async () => {
    const triplet = (object: string) => ({
      subject: span('Merkel', 0),
      action: span('met', 0),
      object: span(object, 0),
      confidence: 1,
      sentence: TEXT,
    });
    says(200, { soa_triplets: [triplet('Obama'), triplet('Putin')] });
    const { value } = await run('dependencies');
    expect(value).toMatchObject([
      { subject: span('Merkel', 7), action: span('met', 14), object: span('Obama', TEXT.indexOf('Obama')) },
    ]);
  });

  test('an events service is sent what is known of the document, and what is not known is left out', async () => {
    const sent: unknown[] = [];
    answer = (_, response, body) => {
      sent.push(JSON.parse(body));
      response.end('{"events": []}');
    };
    await run('events');
    const document = { ...input.document, title: 'A visit', publicationDate: '2019-03-05' };
    const merkel = entity('Merkel', 7);
    const known: StageInput = { ...input, document, entities: [{ ...merkel, type: 'PER' }] };
    await httpStage('events', url, undefined).run(known, new AbortController().signal, UNATTENDED_CALL);
    expect(sent).toEqual([
      { text: TEXT, document_id: 'd1' },
      { text: TEXT, document_id: 'd1', title: 'A visit', publication_date: '2019-03-05', entities: [merkel] },
    ]);
  });

  test('G10 events are mended as spans are, completed, and what the text does not say is dropped and counted', async () => {
    const obama = TEXT.indexOf('Obama');
    const met = { event_type: 'contact_meet', trigger: span('met', 13) };
    says(200, {
      events: [
        {
          ...met,
          arguments: [
            { argument_role: 'agent', entity: span('Merkel', 7) },
            { argument_role: 'patient', entity: { ...span('Obama', obama - 1), type: 'PER' }, confidence: 0.5 },
            { argument_role: 'place', entity: span('Paris', 3) },
          ],
        },
        { event_type: 'life_die', trigger: span('died', 3) },
      ],
    });
    const output = await run('events');
    expect(output.dropped).toEqual({ triggers: 1, arguments: 1 });
    expect(output.value).toEqual([
      {
        event_id: 'e1',
        event_type: 'contact_meet',
        trigger: { ...span('met', 14), lemma: 'met' },
        arguments: [
          { argument_role: 'agent', entity: span('Merkel', 7), confidence: 1 },
          { argument_role: 'patient', entity: { ...span('Obama', obama), type: 'PER' }, confidence: 0.5 },
        ],
        domain: 'unknown',
        temporal_reference: null,
        metadata: { sentiment: 'neutral', causality: null, confidence: 1, source_sentence: '', source_chunk_index: 0 },
      },
    ]);
    says(200, { events: [{ event_type: 'life_die', trigger: span('died', 3) }] });
    await expect(run('events')).rejects.toMatchObject({ code: 'invalid_answer' });
  });

  test.each([
    ['an answer of which nothing is true', { entities: [entity('Putin', 3)] }, 'says none of what'],
    ['no JSON', '<html>busy</html>', 'The answer is not JSON'],
    ['another shape', { ents: [] }, 'The answer is not what was asked for: entities'],
    ['a wrong type', { entities: [{ ...entity('Obama', 3), start_char: '3' }] }, 'entities.0.start_char'],
  ])('%s is refused, and kept for the failure', async (_, body, message) => {
    says(200, body);
    const expected = { fault: 'transient', code: 'invalid_answer', message: expect.stringContaining(message) };
    await expect(run()).rejects.toMatchObject({ ...expected, rawAnswer: expect.stringMatching(/./) });
  });
});

describe('services that fail', () => {
  test.each([
    [400, 'permanent', 'provider_rejected'],
    [413, 'permanent', 'provider_rejected'],
    [422, 'permanent', 'provider_rejected'],
    [401, 'unavailable', 'provider_unauthorized'],
    [402, 'unavailable', 'provider_unauthorized'],
    [403, 'unavailable', 'provider_unauthorized'],
    [301, 'unavailable', 'provider_unavailable'],
    [404, 'unavailable', 'provider_unavailable'],
    [429, 'unavailable', 'provider_unavailable'],
    [503, 'unavailable', 'provider_unavailable'],
    [500, 'transient', 'provider_failed'],
    [408, 'transient', 'provider_failed'],
  ])('HTTP %i is %s', async (status, fault, code) => {
    says(status, 'because', { location: 'http://elsewhere.example/' });
    await expect(run()).rejects.toMatchObject({ fault, code, message: `HTTP ${status}: because` });
  });

  test('the wait that a service asks for is kept', async () => {
    says(503, '', { 'retry-after': '7' });
    await expect(run()).rejects.toMatchObject({ fault: 'unavailable', retryAfterMs: 7_000 });
  });

  test('a closed port is an outage', async () => {
    server.close();
    server.closeAllConnections();
    await expect(run()).rejects.toMatchObject({
      fault: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('a connection cut before the answer is an outage, one cut within it is tried again', async () => {
    answer = (request) => request.socket.destroy();
    await expect(run()).rejects.toMatchObject({ fault: 'unavailable' });
    answer = (request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"entities": [', () => request.socket.destroy());
    };
    await expect(run()).rejects.toMatchObject({ fault: 'transient', code: 'invalid_answer' });
  });

  test('an answer that never ends is given up when the signal says so', async () => {
    const first = Promise.withResolvers<void>();
    answer = (_, response) => {
      response.writeHead(200);
      response.write('{"entities": [', () => first.resolve());
    };
    const timeUp = new AbortController();
    const asked = run('entities', timeUp.signal);
    await first.promise;
    timeUp.abort(new Error('time is up'));
    await expect(asked).rejects.toThrow('time is up');
  });

  test('an answer of endless size is not read into memory', async () => {
    answer = (_, response) => {
      const chunk = Buffer.alloc(1 << 20, ' ');
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    };
    await expect(run()).rejects.toMatchObject({
      fault: 'permanent',
      message: 'The answer is larger than 32 MiB.',
    });
  });

  test('the probe takes a refusal of its text for life, and a failure for none', async () => {
    const stage = httpStage('entities', url, undefined);
    const probe = () => stage.probe?.(new AbortController().signal);
    says(422, 'too short');
    await expect(probe()).resolves.toBeUndefined();
    says(500, 'oops');
    await expect(probe()).rejects.toMatchObject({ code: 'provider_failed' });
  });
});

describe('secrets', () => {
  test('are sent, and never shown', async () => {
    let authorization: string | undefined;
    answer = (request, response) => {
      authorization = request.headers.authorization;
      response.writeHead(500).end('no');
    };
    const secret = httpStage('entities', url.replace('//', '//user:pa%20ss@'), undefined);
    const error: unknown = await secret
      .run(input, new AbortController().signal, UNATTENDED_CALL)
      .catch((thrown: unknown) => thrown);
    expect(authorization).toBe(`Basic ${Buffer.from('user:pa ss').toString('base64')}`);
    expect(JSON.stringify([secret.description, secret.provider, secret.fingerprint, String(error)])).not.toMatch(
      /pa.*ss@/,
    );
    const bearer = httpStage('entities', url, 'token-1');
    await bearer.run(input, new AbortController().signal, UNATTENDED_CALL).catch(() => undefined);
    expect(authorization).toBe('Bearer token-1');
    expect(bearer.fingerprint).toBe(httpStage('entities', url, 'token-2').fingerprint);
  });
});
