/** A span of time in its two largest units: `850 ms`, `12 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function timeSpan(ms: number): string {
  if (ms < 1) return `${ms <= 0 ? 0 : ms.toPrecision(1)} ms`;
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.5) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3599.5) return twoUnits(Math.round(seconds), 60, 'min', 's');
  if (seconds < 86_370) return twoUnits(Math.round(seconds / 60), 60, 'h', 'min');
  return twoUnits(Math.round(seconds / 3600), 24, 'd', 'h');
}

/** How long ago something was: `just now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 d ago`. */
export function ago(atMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - atMs) / 1000);
  if (seconds < 3) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}

/** Local date and time to the second: `2026-11-23 20:43:25`. */
export function dateTime(atMs: number): string {
  const at = new Date(atMs);
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join('-');
  return `${date} ${clockTime(atMs)}`;
}

/** Local time of day: `20:43:25`. */
export function clockTime(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':');
}

function twoUnits(small: number, factor: number, largeName: string, smallName: string): string {
  const rest = small % factor;
  return `${Math.floor(small / factor)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
