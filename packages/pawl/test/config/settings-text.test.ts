import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';
import { formatFailureBudget, parseFailureBudget } from '../../src/config/failure-budget-text.ts';
import { formatMoney, parseMoney } from '../../src/config/money-text.ts';
import { nearMatch } from '../../src/config/near-match.ts';
import { formatPrice, parsePrice } from '../../src/config/price-text.ts';
import { findSetting, SETTINGS } from '../../src/config/setting.ts';
import { batchSettingsSchema } from '../../src/config/settings-schema.ts';
import { formatSink, parseSink } from '../../src/config/sink-text.ts';
import { formatSize, parseSize } from '../../src/config/size.ts';
import { formatWorkingHours, parseWorkingHours } from '../../src/config/working-hours-text.ts';

describe('durations', () => {
  test.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1h 30m', null],
    ['250ms', 250],
    ['1.5h', 5_400_000],
    ['2D', 172_800_000],
    ['90', null],
    ['', null],
    ['1h1h', null],
    ['-5s', null],
    ['1y', null],
  ])('%j is %j milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe('money', () => {
  test.each([
    ['5', 5e9],
    ['$5.00', 5e9],
    ['0.000000001', 1],
    ['1000000', 1e15],
    ['1000001', null],
    ['5,00', null],
    ['-1', null],
    ['1e3', null],
    ['', null],
  ])('%j is %j billionths of a dollar', (text, nanos) => {
    expect(parseMoney(text)).toBe(nanos);
  });

  test('what is written is read back', () => {
    expect(formatMoney(5e9)).toBe('5.00');
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.nat(1_000), (nanos, factor) => {
        const amount = Math.min(nanos * factor, 1e15);
        expect(parseMoney(formatMoney(amount))).toBe(amount);
      }),
    );
  });

  test.each([
    ['openai:gpt-4o-mini=0.15/0.60', { model: 'openai:gpt-4o-mini', input: 0.15, output: 0.6 }],
    ['openai-compatible:llama3.1:8b=0/0', { model: 'openai-compatible:llama3.1:8b', input: 0, output: 0 }],
    ['openai-compatible:a=b/c=$1/$2', { model: 'openai-compatible:a=b/c', input: 1, output: 2 }],
    ['gpt-4o=1/2', null],
    ['openai:gpt-4o=1', null],
    ['openai:gpt-4o=-1/2', null],
  ])('the price %j is %j', (text, price) => {
    expect(parsePrice(text)).toEqual(price);
    if (price !== null) expect(parsePrice(formatPrice(price))).toEqual(price);
  });
});

describe('sizes', () => {
  test.each([
    ['16M', 16 * 1024 ** 2],
    ['512 KiB', 512 * 1024],
    ['2gb', 2 * 1024 ** 3],
    ['1048576', 1_048_576],
    ['M', null],
    ['16X', null],
    ['-1', null],
  ])('%j is %j bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.nat(), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
  });
});

describe('working hours', () => {
  test.each(['20-06', '25:00-06:00', '20:60-06:00', '06:00-06:00', '00:00-24:00', 'night'])(
    '%j is no pair of hours',
    (text) => {
      expect(parseWorkingHours(text)).toBeNull();
    },
  );

  test('what is written is read back, over midnight too', () => {
    const minute = fc.nat(24 * 60 - 1);
    fc.assert(
      fc.property(minute, minute, (fromMinute, toMinute) => {
        fc.pre(fromMinute !== toMinute);
        expect(parseWorkingHours(formatWorkingHours({ fromMinute, toMinute }))).toEqual({ fromMinute, toMinute });
      }),
    );
  });

  test('a day may end at 24:00', () => {
    expect(parseWorkingHours('20:00-24:00')).toEqual({ fromMinute: 1200, toMinute: 0 });
  });
});

test('a failure budget is a share or a number', () => {
  expect(parseFailureBudget('20%')).toEqual({ kind: 'percent', percent: 20 });
  expect(parseFailureBudget('50')).toEqual({ kind: 'count', count: 50 });
  expect(['1.5', '%', 'ten', '-1', ''].map(parseFailureBudget)).toEqual([null, null, null, null, null]);
  expect(['12.5%', '0'].map((text) => formatFailureBudget(parseFailureBudget(text)!))).toEqual(['12.5%', '0']);
});

test('a sink is a kind with options; name tells two of a kind apart', () => {
  expect(parseSink('jsonl')).toEqual({ name: 'jsonl', kind: 'jsonl', options: {} });
  expect(parseSink('jsonl:name=packed,compression=gzip')).toEqual({
    name: 'packed',
    kind: 'jsonl',
    options: { compression: 'gzip' },
  });
  expect(['', 'JSONL', 'jsonl:', 'jsonl:compression', 'jsonl:a=1,a=2'].map(parseSink)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(formatSink(parseSink('jsonl:name=packed,compression=gzip')!)).toBe('jsonl:name=packed,compression=gzip');
});

test('a misspelt word finds the one that was meant, a foreign one finds none', () => {
  const keys = SETTINGS.map(({ key }) => key);
  expect(nearMatch('concurency', keys)).toBe('concurrency');
  expect(nearMatch('time_limit', keys)).toBe('time-limit');
  expect(nearMatch('qqqqqqqqqq', keys)).toBeUndefined();
});

test('the default settings keep the rules of the schema', () => {
  expect(batchSettingsSchema.parse(DEFAULT_SETTINGS)).toEqual(DEFAULT_SETTINGS);
});

test('each setting reads back what it writes, and changes its own field alone', () => {
  const other: Record<string, readonly string[]> = {
    concurrency: ['8'],
    entities: ['http:https://ner.example/v1'],
    dependencies: ['http:http://localhost:9000'],
    events: ['openai:gpt-5'],
    prompt: ['/prompts/mine'],
    taxonomy: ['/taxonomies/recalls.yaml'],
    'chunk-tokens': ['1000'],
    'max-output-tokens': ['8000'],
    sink: ['jsonl:compression=zstd'],
    'time-limit': ['1h30m'],
    between: ['20:00-06:00'],
    'max-failures': ['20%'],
    'max-cost': ['5.00'],
    'max-tokens': ['2000000'],
    'llm-batch': ['6h'],
    price: ['openai:gpt-5=1.25/10', 'openai-compatible:llama3=0/0'],
    'request-timeout': ['1m'],
    rpm: ['500'],
    tpm: ['100000'],
    cache: ['no'],
    'cache-limit': ['512M'],
    'stage-timeout': ['2m'],
    'document-timeout': ['20m'],
    'max-attempts': ['2'],
    'worker-memory': ['2G'],
    'max-line-bytes': ['1M'],
    field: ['text=body', 'text=abstract', 'id=uid', 'title=t', 'date=d', 'url=u'],
    notify: ['notify-send done', 'https://hooks.example/x'],
    link: ['no'],
    summaries: ['openai:gpt-5-mini'],
    embeddings: ['openai-compatible:bge-m3@http://localhost:8080/v1'],
  };
  for (const setting of SETTINGS) {
    const changed = setting.apply(DEFAULT_SETTINGS, other[setting.key]!)!;
    expect(setting.write(changed), setting.key).toEqual(other[setting.key]);
    expect({ ...changed, [setting.field]: DEFAULT_SETTINGS[setting.field] }).toEqual(DEFAULT_SETTINGS);
    expect(setting.apply(changed, setting.write(changed))).toEqual(changed);
  }
});

test.each([
  ['entities', 'http:ftp://x'],
  ['entities', ''],
  ['notify', 'http://hooks.example/plain'],
  ['notify', ''],
  ['field', 'body'],
  ['field', 'colour=red'],
  ['max-cost', 'five'],
  ['max-tokens', '1.5'],
  ['price', 'gpt-5=1/2'],
  ['embeddings', 'anthropic:claude'],
  ['summaries', 'builtin'],
  ['summaries', 'gguf:'],
  ['embeddings', 'openai-compatible:bge-m3'],
  ['concurrency', '1.5'],
  ['concurrency', '-1'],
])('%s refuses %j', (key, text) => {
  expect(findSetting(key)?.apply(DEFAULT_SETTINGS, [text])).toBeNull();
});
