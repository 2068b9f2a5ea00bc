import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BatchView } from '../../src/engine/describe-batch.ts';
import type { BatchReport } from '../../src/report/batch-report.ts';
import { Histogram } from '../../src/report/histogram.ts';
import { NameCounts } from '../../src/report/name-counts.ts';
import { reportPage } from '../../src/report/report-page.ts';
import { TimeSeries } from '../../src/report/time-series.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;

function hostileReport(): BatchReport {
  const counted = [{ name: HOSTILE, count: 3 }];
  const batch: BatchView = {
    batch_id: HOSTILE,
    job_id: '2f6f0f0e-0000-4000-8000-000000000000',
    status: 'FAILED',
    reason: HOSTILE,
    total_documents: 5,
    processed: 3,
    failed: 1,
    remaining: 1,
    progress_percentage: 80,
    rate_docs_per_min: 12.5,
    eta_seconds: 5,
    tokens: 10,
    cost: null,
    storylines: null,
    usage: [
      {
        provider: HOSTILE,
        model: HOSTILE,
        requests: 1,
        tokens: 10,
        input_tokens: 8,
        output_tokens: 2,
        cost: null,
        unpriced_tokens: 10,
      },
    ],
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:01:00.000Z',
    runner: null,
    stages: [],
    sinks: [],
    collected_from: [],
  };
  const run = { run: 1, started_at: HOSTILE, ended_at: null, end: HOSTILE, processed: 3, failed: 1 };
  const histogram = [{ from_ms: 1, to_ms: 2, count: 3 }];
  return {
    generated_at: '2026-01-01T00:02:00.000Z',
    batch,
    runs: [run],
    runs_left_out: 0,
    throughput: { from: '2026-01-01T00:00:00.000Z', bin_ms: 500, processed: [1, 2, 0], failed: [0, 0, 1] },
    stages: [{ name: HOSTILE, documents: 3, mean_ms: 1, p50_ms: 1, p95_ms: 2, max_ms: 2, histogram }],
    attempts: counted,
    failures: [{ code: HOSTILE, stage: HOSTILE, count: 1 }],
    entity_types: counted,
    event_types: counted,
    domains: counted,
  };
}

test('the page holds no markup of documents, no script, and loads nothing', () => {
  const page = reportPage(hostileReport());
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toMatch(/<script|<img|<link|<[^<>]*\son\w+=|https?:\/\//i);
  expect(page).toMatch(
    /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/]+=&#39;">/,
  );
  expect(page.match(/<svg/g)).toHaveLength(7);
});

test('a quantile is exact to the width of a bin', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.02, max: 1e7, noNaN: true }), { minLength: 1 }), (values) => {
      const histogram = new Histogram();
      for (const value of values) histogram.add(value);
      const median = values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1]!;
      const estimate = histogram.quantile(0.5)!;
      expect(estimate).toBeGreaterThanOrEqual(median * 0.999);
      expect(estimate).toBeLessThanOrEqual(median * 1.3);
    }),
  );
});

test('no event is lost from a histogram, a time series or a count of names, however far out', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (values) => {
      const histogram = new Histogram();
      const series = new TimeSeries(0, 1000, 10);
      const names = new NameCounts();
      for (const value of values) {
        histogram.add(value);
        series.add(value);
        names.add(String(value));
      }
      const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
      expect(sum(histogram.counts)).toBe(values.length);
      expect(sum(series.counts)).toBe(values.length);
      expect(sum(names.list().map(({ count }) => count))).toBe(values.length);
    }),
  );
});

test('however many names there are, a bounded number is kept', () => {
  const names = new NameCounts();
  for (let i = 0; i < 1000; i++) names.add(`name-${i}`);
  expect(names.list().length).toBe(201);
  expect(names.list()[0]).toEqual({ name: '(other)', count: 800 });
});
