import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventStreamReader } from '../../src/api/event-stream.ts';

const STREAM =
  'retry: 1000\n\n: hello\nevent: job\nid: 7-ab\ndata: {"a":1}\n\r\ndata: first\rdata:second\r\n\r\nid: 8\n\nevent: history\ndata: {}\n\ndata: broken off\n';
const EVENTS = [
  { event: 'job', data: '{"a":1}', id: '7-ab' },
  { event: 'message', data: 'first\nsecond', id: '7-ab' },
  { event: 'history', data: '{}', id: '8' },
];

describe('a stream of server-sent events', () => {
  test('is read the same however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: STREAM.length }), { maxLength: 20 }), (cuts) => {
        const reader = new EventStreamReader();
        const bounds = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
        const events = bounds.slice(1).flatMap((end, i) => reader.push(STREAM.slice(bounds[i], end)));
        expect(events).toEqual(EVENTS);
      }),
    );
  });

  test('carries any data that JSON can hold', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const [event] = new EventStreamReader().push(`data: ${json}\n\n`);
        expect(event?.data).toBe(json);
      }),
    );
  });
});
