import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import { explainSettings } from '../../src/config/explain-settings.ts';
import { resolveSettings, type SettingsSources } from '../../src/config/resolve-settings.ts';
import { SETTINGS } from '../../src/config/setting.ts';
import { settingsChange } from '../../src/config/settings-change.ts';
import { parseSettingsFile, readSettingsFile } from '../../src/config/settings-file.ts';
import type { ErrorCode } from '../../src/domain/errors.ts';

const NOTHING: SettingsSources = {
  base: DEFAULT_SETTINGS,
  baseOrigin: 'default',
  among: SETTINGS,
  file: null,
  environment: {},
  flags: {},
};

describe('settings', () => {
  test('flags win over the environment, that over the file, that over the defaults', () => {
    const resolved = resolveSettings({
      ...NOTHING,
      file: { path: 'pawl.yaml', given: { concurrency: ['1'], 'max-attempts': ['2'], between: ['20:00-06:00'] } },
      environment: { PAWL_CONCURRENCY: '3', PAWL_MAX_ATTEMPTS: '5', PAWL_NOTIFY: ' ' },
      flags: { concurrency: ['7'] },
    });
    expect(resolved.settings).toMatchObject({
      concurrency: 7,
      maxAttempts: 5,
      workingHours: { fromMinute: 1200, toMinute: 360 },
      notify: [],
    });
    const origins = Object.fromEntries(explainSettings(resolved).map(({ key, origin }) => [key, origin]));
    expect(origins).toMatchObject({
      concurrency: 'flag --concurrency',
      'max-attempts': 'PAWL_MAX_ATTEMPTS',
      between: 'pawl.yaml',
      sink: 'default',
    });
  });

  test('of a batch that exists stay as they are where nobody says otherwise', () => {
    const base = { ...DEFAULT_SETTINGS, concurrency: 9, timeLimitMs: 60_000 };
    const { settings } = resolveSettings({ ...NOTHING, base, baseOrigin: 'batch', flags: { 'time-limit': ['none'] } });
    expect(settings).toEqual({ ...base, timeLimitMs: null });
  });

  test('that may not be given at this place stay as they are', () => {
    const among = SETTINGS.filter(({ takesEffect }) => takesEffect !== 'pipeline');
    const environment = { PAWL_ENTITIES: 'http:https://ner.example', PAWL_CONCURRENCY: '2' };
    expect(resolveSettings({ ...NOTHING, among, environment }).settings).toEqual({
      ...DEFAULT_SETTINGS,
      concurrency: 2,
    });
  });

  test('tell the history what was changed, and nothing else', () => {
    const to = { ...DEFAULT_SETTINGS, concurrency: 2, notify: ['a', 'b'] };
    expect(settingsChange(DEFAULT_SETTINGS, to)).toEqual({
      concurrency: { from: ['0'], to: ['2'] },
      notify: { from: [], to: ['a', 'b'] },
    });
    expect(settingsChange(to, to)).toEqual({});
  });

  test('that may be given more than once are lines in the environment', () => {
    const { settings } = resolveSettings({
      ...NOTHING,
      environment: { PAWL_NOTIFY: 'one with words\nhttps://two.example\n' },
    });
    expect(settings.notify).toEqual(['one with words', 'https://two.example']);
  });

  test.each<[string, Partial<SettingsSources>, ErrorCode, RegExp]>([
    [
      'a flag',
      { flags: { 'time-limit': ['5x'] } },
      'invalid_flag',
      /^--time-limit: "5x" is not allowed; give a duration such as/,
    ],
    [
      'a bound',
      { flags: { concurrency: ['5000'] } },
      'invalid_flag',
      /^--concurrency: "5000" .* must not be more than 1024\.$/,
    ],
    ['the environment', { environment: { PAWL_BETWEEN: 'night' } }, 'invalid_setting', /^PAWL_BETWEEN: "night"/],
    [
      'the file',
      { file: { path: 'p.yaml', given: { 'max-failures': ['0%'] } } },
      'invalid_setting',
      /^p\.yaml, max-failures: "0%" .* more than 0%/,
    ],
    [
      'settings that do not fit each other',
      { flags: { 'stage-timeout': ['30m'] } },
      'invalid_flag',
      /^--stage-timeout: "30m" must not be longer than document-timeout/,
    ],
    ['two sinks of one name', { flags: { sink: ['jsonl', 'jsonl'] } }, 'invalid_flag', /--sink: .* name=NAME/],
  ])('a wrong value in %s is named with what is allowed', (_, given, code, message) => {
    expect(() => resolveSettings({ ...NOTHING, ...given })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe('a settings file', () => {
  test('has the keys of the flags, with lists where a flag may be repeated', () => {
    const given = parseSettingsFile(
      'p.yaml',
      '# night work\nconcurrency: 8\ntime-limit: null\nnotify:\n  - one\n  - two\n',
    );
    expect(given).toEqual({ concurrency: ['8'], 'time-limit': ['none'], notify: ['one', 'two'] });
    expect(parseSettingsFile('p.yaml', '')).toEqual({});
  });

  test.each([
    ['concurency: 8', 'p.yaml: there is no setting "concurency". Did you mean "concurrency"?'],
    ['concurrency: [1, 2]', 'p.yaml, concurrency: takes one value, not a list.'],
    ['concurrency: {a: 1}', 'p.yaml, concurrency: give a whole number.'],
    ['- concurrency', 'p.yaml must hold "key: value" lines, such as "concurrency: 8".'],
    ['a: [', expect.stringMatching(/^p\.yaml is not YAML: /)],
    ['concurrency: 1\nconcurrency: 2', expect.stringMatching(/^p\.yaml is not YAML: Map keys must be unique/)],
  ])('that says %j is refused', (text, message) => {
    expect(() => parseSettingsFile('p.yaml', text)).toThrow(
      expect.objectContaining({ code: 'invalid_setting', message }),
    );
  });

  test('that explodes by references is refused', () => {
    const bomb = 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]';
    expect(() => parseSettingsFile('p.yaml', bomb)).toThrow();
  });

  test('is read from disk; a missing one is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pawl-settings-'));
    const path = join(folder, 'pawl.yaml');
    await writeFile(path, 'concurrency: 2\n');
    expect(await readSettingsFile(path)).toEqual({ path, given: { concurrency: ['2'] } });
    await expect(readSettingsFile(join(folder, 'other.yaml'))).rejects.toMatchObject({ code: 'missing_file' });
  });
});
