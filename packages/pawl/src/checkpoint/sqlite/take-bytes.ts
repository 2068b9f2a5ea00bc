/** Rows until what they weigh exceeds `maxBytes`; the first in any case. */
export function* takeBytes<Row>(rows: Iterable<Row>, maxBytes: number, weigh: (row: Row) => number): Generator<Row> {
  let bytes = 0;
  let taken = 0;
  for (const row of rows) {
    bytes += weigh(row);
    if (taken++ > 0 && bytes > maxBytes) return;
    yield row;
  }
}
