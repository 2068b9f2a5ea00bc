const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const COUNT = new Intl.NumberFormat('en-US');

/** `12345` as `12,345`. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** `1 document`, `2 documents`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** An amount of bytes for people: `512 B`, `1.5 MiB`. */
export function byteSize(bytes: number): string {
  const exponent = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** exponent;
  return `${exponent === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${BYTE_UNITS[exponent]}`;
}

/** A span of time for people, its two largest units: `850 ms`, `12.3 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function timeSpan(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return twoUnits(Math.round(seconds), 60, 'min', 's');
  if (seconds < 86_400) return twoUnits(Math.round(seconds / 60), 60, 'h', 'min');
  return twoUnits(Math.round(seconds / 3600), 24, 'd', 'h');
}

/** Local wall clock time, `20:43:25`. */
export function clockTime(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Local date and time, `2026-11-23 20:43:25`. */
export function dateTime(atMs: number): string {
  const at = new Date(atMs);
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${date.join('-')} ${clockTime(atMs)}`;
}

function twoUnits(small: number, factor: number, largeName: string, smallName: string): string {
  const rest = small % factor;
  return `${Math.floor(small / factor)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
