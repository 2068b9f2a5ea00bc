const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const SIZE = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/;

/** How a size is written; for messages and help. */
export const SIZE_FORMS = 'a size such as 512K, 16M or 2G (multiples of 1024)';

/** Bytes of `16M`, `512KiB`, `2gb`, `1048576`; null when the text is no size. K, M and G are multiples of 1024. */
export function parseSize(text: string): number | null {
  const match = SIZE.exec(text.trim().toLowerCase());
  return match === null ? null : Math.round(Number(match[1]) * UNIT_BYTES[match[2]!]!);
}

/** The largest unit that writes `bytes` without a remainder: 16777216 is `16M`. */
export function formatSize(bytes: number): string {
  for (const unit of ['g', 'm', 'k']) {
    const unitBytes = UNIT_BYTES[unit]!;
    if (bytes >= unitBytes && bytes % unitBytes === 0) return `${bytes / unitBytes}${unit.toUpperCase()}`;
  }
  return String(bytes);
}
