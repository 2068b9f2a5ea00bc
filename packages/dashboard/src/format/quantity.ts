const COUNT = new Intl.NumberFormat('en-US');
const RATE = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** `12345` as `12,345`. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** `1 document`, `2 documents`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Three significant digits: `0.125`, `12.5`, `1,840`. */
export function rounded(value: number): string {
  return value >= 1000 ? COUNT.format(Math.round(value)) : RATE.format(value);
}

/** `98.4%`; 100% is for the whole alone, and 0% for nothing. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '0%';
  if (part === whole) return '100%';
  const value = (part / whole) * 100;
  return `${Math.min(99.9, Math.max(part > 0 ? 0.1 : 0, value)).toFixed(1)}%`;
}

/** `512 B`, `1.5 MB`; in thousands, as file managers count. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${RATE.format(value / 1000 ** power)} ${units[power]}`;
}
