/**
 * The pairing of rows with columns that has the greatest sum, each row and column used at most once: the Hungarian method
 * with potentials (Kuhn 1955, Jonker & Volgenant 1987), O(rows² · columns).
 * @param values rows of equal length
 * @returns the sum
 */
export function bestAssignment(values: readonly (readonly number[])[]): number {
  const columns = values[0]?.length ?? 0;
  if (columns === 0) return 0;
  if (values.length > columns) return bestAssignment(transposed(values));
  const costs = values.map((row) => row.map((value) => -value));
  const rowOf = assign(costs, columns);
  return rowOf.reduce((sum, row, column) => (row < 0 ? sum : sum + values[row]![column]!), 0);
}

function transposed(values: readonly (readonly number[])[]): number[][] {
  return values[0]!.map((_, column) => values.map((row) => row[column]!));
}

/** Rows are added one by one along the cheapest augmenting path. @returns the row of each column, -1 for none */
function assign(costs: readonly (readonly number[])[], columns: number): number[] {
  const none = columns; // a column of its own, where each new row starts
  const rowPotential = new Float64Array(costs.length);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Array<number>(columns + 1).fill(-1);
  for (let row = 0; row < costs.length; row++) {
    const distance = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
    const before = new Int32Array(columns).fill(none);
    const isDone = new Uint8Array(columns + 1);
    rowOf[none] = row;
    let column = none;
    while (rowOf[column] !== -1) {
      isDone[column] = 1;
      const from = rowOf[column]!;
      let delta = Number.POSITIVE_INFINITY;
      let next = none;
      for (let other = 0; other < columns; other++) {
        if (isDone[other] === 1) continue;
        const reduced = costs[from]![other]! - rowPotential[from]! - columnPotential[other]!;
        if (reduced < distance[other]!) {
          distance[other] = reduced;
          before[other] = column;
        }
        if (distance[other]! < delta) {
          delta = distance[other]!;
          next = other;
        }
      }
      for (let other = 0; other <= columns; other++) {
        if (isDone[other] === 1) {
          rowPotential[rowOf[other]!]! += delta;
          columnPotential[other]! -= delta;
        } else if (other < columns) distance[other]! -= delta;
      }
      column = next;
    }
    while (column !== none) {
      const previous = before[column]!;
      rowOf[column] = rowOf[previous]!;
      column = previous;
    }
  }
  return rowOf.slice(0, columns);
}
