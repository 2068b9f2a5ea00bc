/** FNV-1a over UTF-16 units from `start` to `end` (exclusive), 32 bits, seeded so that kinds of features keep apart. */
export function hashUnits(text: string, start: number, end: number, seed: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1);
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) | 0;
}
