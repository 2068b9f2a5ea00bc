import { expect, test } from 'vitest';
import { tracesEndpoint } from '../../src/tracing/traces-endpoint.ts';

const ALL = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

test.each([
  [{}, null],
  [{ [ALL]: '' }, null],
  [{ [ALL]: ' ', [TRACES]: '' }, null],
  [{ [ALL]: 'http://c:4318' }, 'http://c:4318/v1/traces'],
  [{ [ALL]: 'https://c/otlp/?key=1' }, 'https://c/otlp/v1/traces?key=1'],
  [{ [TRACES]: 'http://c:4318/mine' }, 'http://c:4318/mine'],
  [{ [ALL]: 'http://all', [TRACES]: 'http://traces/' }, 'http://traces/'],
  [{ [ALL]: 'http://c:4318', OTEL_SDK_DISABLED: 'TRUE' }, null],
  [{ [ALL]: 'http://c:4318', OTEL_SDK_DISABLED: 'false' }, 'http://c:4318/v1/traces'],
])('by the variables %j traces go to %s', (environment, endpoint) => {
  expect(tracesEndpoint(environment)).toBe(endpoint);
});

test.each(['collector:4318', 'grpc://c:4317', 'http://'])('%s is refused, and not quoted', (address) => {
  for (const variable of [ALL, TRACES]) {
    const refused = expect.objectContaining({
      code: 'invalid_setting',
      message: `${variable} is not an HTTP address. Give one such as http://localhost:4318, or unset it to send no traces.`,
    });
    expect(() => tracesEndpoint({ [variable]: address })).toThrow(refused);
  }
});
