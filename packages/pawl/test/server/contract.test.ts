import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_CATALOGUE } from '../../src/domain/errors.ts';
import { isAtRest, type ServedFolder, serveFolder } from './served-folder.ts';

// Walks the OpenAPI document and sends every operation what it describes and what it does not: whatever is sent, the answer
// is one that the operation documents, in the documented type and shape, and never the word of a defect.

interface Schema {
  readonly [keyword: string]: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const SEED = Number(process.env.PAWL_TEST_SEED ?? 20_260_302);
const RUNS = 40;
const MAX_BODY_BYTES = 64 * 1024;
const ajv = new Ajv2020({ strict: false, formats: { uuid: true, 'date-time': true, uri: true, email: true } });

const HOSTILE = [
  '../../../etc/passwd',
  "'; DROP TABLE documents; --",
  '<script>alert(1)</script>',
  '%00',
  '\u0000',
  'a\r\nset-cookie: x=1',
  '\u202e',
  '\ud83d\ude00',
  '__proto__',
  'constructor',
  '{{7*7}}',
  '-1',
  '1e999',
  'NaN',
  'x'.repeat(5_000),
];

const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 40 }));
/** What a client can put into an address at all. */
const encodable = text.map((value) => encodeURIComponent(value.toWellFormed()));

/** Values that a schema describes, as far as our schemas go; anything at all where it says nothing. */
function valid(schema: Schema): fc.Arbitrary<unknown> {
  const options = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (options !== undefined) return fc.oneof(...options.map(valid));
  if (schema.enum !== undefined) return fc.constantFrom(...(schema.enum as readonly unknown[]));
  if (schema.const !== undefined) return fc.constant(schema.const);
  const { minimum, maximum, minLength = 0, maxLength = 30 } = schema as Record<string, number>;
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: Math.max(minimum ?? 0, -1e6), max: Math.min(maximum ?? 1_000, 1_000) });
    case 'number':
      return fc.double({ min: minimum ?? 0, max: maximum ?? 1_000, noNaN: true });
    case 'string':
      if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(String(schema.pattern)));
      return fc.string({ minLength, maxLength: Math.min(maxLength, 30) });
    case 'array':
      return fc.array(valid((schema.items ?? {}) as Schema), { minLength: Number(schema.minItems ?? 0), maxLength: 3 });
    case 'object': {
      const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
      const requiredKeys = (schema.required ?? []) as string[];
      return fc.record(Object.fromEntries(properties.map(([name, of]) => [name, valid(of)])), { requiredKeys });
    }
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

interface Request {
  readonly path: string;
  readonly init: RequestInit;
}

/** Requests to an operation: each part is now and then what the document asks for, now and then anything. */
function requests(
  path: string,
  method: string,
  operation: Operation,
  known: Readonly<Record<string, string>>,
): fc.Arbitrary<Request> {
  const parameters = operation.parameters ?? [];
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const pathArbitrary = fc
    .tuple(
      ...inPath.map(({ name }) =>
        fc.oneof({ weight: 3, arbitrary: fc.constant(known[name] ?? 'x') }, { weight: 1, arbitrary: encodable }),
      ),
    )
    .map((values) => inPath.reduce((filled, { name }, i) => filled.replace(`{${name}}`, values[i] || '%20'), path));
  const queryArbitrary = fc
    .tuple(
      ...inQuery.map(({ schema, name }) =>
        fc.option(
          fc
            .oneof(
              { weight: 2, arbitrary: valid(schema).map((value) => encodeURIComponent(String(value).toWellFormed())) },
              { weight: 1, arbitrary: encodable },
            )
            .map((value) => `${name}=${value}`),
          { nil: null },
        ),
      ),
    )
    .map((pairs) => pairs.filter((pair) => pair !== null).join('&'));
  return fc
    .record({
      path: pathArbitrary,
      query: queryArbitrary,
      body: bodies(operation),
      accept: fc.constantFrom('*/*', 'application/json', '\u0001'),
    })
    .map(({ path, query, body, accept }) => ({
      path: query === '' ? path : `${path}?${query}`,
      init: {
        method: method.toUpperCase(),
        headers: { ...(accept === '\u0001' ? {} : { accept }), ...body.headers },
        ...(body.text === null ? {} : { body: body.text }),
      },
    }));
}

interface Body {
  readonly headers: Record<string, string>;
  readonly text: string | null;
}

function bodies({ requestBody }: Operation): fc.Arbitrary<Body> {
  if (requestBody === undefined) return fc.constant({ headers: {}, text: null });
  return fc.oneof(
    ...Object.entries(requestBody.content).map(([type, { schema }]) => {
      const json = { 'content-type': type };
      return fc.oneof(
        {
          weight: 4,
          arbitrary: valid(schema).map((value): Body => ({ headers: json, text: JSON.stringify(value) ?? '' })),
        },
        { weight: 2, arbitrary: fc.jsonValue().map((value): Body => ({ headers: json, text: JSON.stringify(value) })) },
        { weight: 2, arbitrary: text.map((value): Body => ({ headers: json, text: value.toWellFormed() })) },
        {
          weight: 1,
          arbitrary: fc.constant<Body>({ headers: json, text: `{"x":"${'y'.repeat(2 * MAX_BODY_BYTES)}"}` }),
        },
        { weight: 1, arbitrary: fc.constant<Body>({ headers: json, text: '['.repeat(20_000) }) },
        { weight: 1, arbitrary: fc.constant<Body>({ headers: { 'content-type': 'text/html' }, text: '<p>' }) },
        { weight: 1, arbitrary: fc.constant<Body>({ headers: {}, text: null }) },
      );
    }),
  );
}

/** Says what is wrong with an answer; null when it is documented. */
async function undocumented(operation: Operation, response: Response): Promise<string | null> {
  const { status } = response;
  const documented = operation.responses[status];
  if (documented === undefined) return `${status} is not documented: ${await response.text()}`;
  if (status === 500) return `a defect: ${await response.text()}`;
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
  const content = documented.content?.[type];
  if (content === undefined)
    return `${status} comes as "${type}", documented: ${Object.keys(documented.content ?? {})}`;
  if (type === 'text/event-stream') {
    await response.body?.cancel();
    return null;
  }
  const body = await response.text();
  if (!/[/+]json$/.test(type)) return null;
  const parsed: unknown = JSON.parse(body);
  if (!ajv.validate(content.schema ?? {}, parsed))
    return `${status} has another shape: ${ajv.errorsText()} in ${body.slice(0, 500)}`;
  if (status < 400) return null;
  const { code, status: said, request_id } = parsed as Record<string, unknown>;
  if (!Object.hasOwn(ERROR_CATALOGUE, String(code))) return `the code ${code} is not in the catalogue`;
  return said === status && request_id === response.headers.get('x-request-id')
    ? null
    : `the problem contradicts its answer: ${body}`;
}

describe('the OpenAPI document', () => {
  let served: ServedFolder;
  let document: OpenApi;
  const known = { id: 'known', documentId: 'd1' };

  beforeAll(async () => {
    served = await serveFolder({ maxBodyBytes: MAX_BODY_BYTES, maxBatches: 1 });
    document = (await served.get<OpenApi>('/docs')).body;
    const documents = [{ id: 'd1', text: 'Rain fell in Rome.', title: 'Rain' }, { id: 'd2' }];
    await served.post('/api/v1/documents/batch', { batch_id: 'known', documents });
    await served.until('known', isAtRest);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  test('describes every route that the design promises', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations().map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([
        'post /api/v1/documents',
        'post /api/v1/documents/batch',
        'post /api/v1/batches/{id}/documents',
        'get /api/v1/jobs',
        'get /api/v1/jobs/{id}',
        ...['pause', 'resume', 'stop', 'retry'].map((order) => `post /api/v1/jobs/{id}/${order}`),
        ...['documents', 'results', 'storylines', 'history', 'live'].map((what) => `get /api/v1/jobs/{id}/${what}`),
        'get /health',
        'get /metrics',
      ]),
    );
    for (const { operation } of operations()) expect(operation.summary.length).toBeGreaterThan(10);
  });

  test('holds: whatever is sent to an operation, it answers as documented', async () => {
    for (const { path, method, operation } of operations()) {
      const property = fc.asyncProperty(requests(path, method, operation, known), async (request) => {
        const response = await fetch(`${served.url}${request.path}`, request.init).catch((error: unknown) => {
          throw new Error(`${request.path} has no answer: ${error}`);
        });
        const wrong = await undocumented(operation, response);
        if (wrong !== null) throw new Error(`${method} ${request.path}: ${wrong}`);
      });
      await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
    }
    expect((await served.get('/health')).body).toMatchObject({ live: true, ready: true });
  });
});
