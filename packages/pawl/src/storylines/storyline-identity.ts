import { createHash } from 'node:crypto';

/** Documents that tell one story, in order, each with the storyline it belonged to when the batch was last settled. */
export interface IdentifiedDocument {
  readonly documentId: string;
  readonly before: string | null;
}

/** What became of storylines since the batch was last settled. */
export type StorylineChange =
  | { readonly kind: 'born'; readonly storylineId: string }
  | { readonly kind: 'grew' | 'shrank'; readonly storylineId: string; readonly documents: number }
  /** Another storyline went into this one. */
  | { readonly kind: 'merged'; readonly storylineId: string; readonly from: string }
  /** It was a part of another one, which goes on without it. */
  | { readonly kind: 'split'; readonly storylineId: string; readonly from: string }
  /** None of its documents tells a story with another any more. */
  | { readonly kind: 'ended'; readonly storylineId: string };

/**
 * Gives each story its id. A storyline keeps its id while it grows: the id goes to the story that holds most of the documents it
 * had, of several ids that one story could have, that of most documents stays. A new one is named after its first document. The ids
 * follow from the stories and what was settled before, not from how the documents came in.
 * @param stories in the order of their first documents
 * @param settled every document that had a storyline, with its id
 */
export function identifyStories(
  stories: readonly (readonly IdentifiedDocument[])[],
  settled: ReadonlyMap<string, string>,
): { readonly ids: readonly string[]; readonly changes: readonly StorylineChange[] } {
  const shares = stories.map(countBefore);
  const heirs = heirsOf(shares);
  const taken = new Set<string>();
  const inherited = shares.map((share, story) => {
    const ids = [...share].filter(([id]) => heirs.get(id) === story).sort(mostFirst);
    const id = ids[0]?.[0];
    if (id !== undefined) taken.add(id);
    return id;
  });
  const ids = stories.map((story, i) => inherited[i] ?? newId(story, taken));
  return { ids, changes: changesOf(stories, shares, ids, settled) };
}

type Share = ReadonlyMap<string, number>;

function countBefore(story: readonly IdentifiedDocument[]): Share {
  const counts = new Map<string, number>();
  for (const { before } of story) if (before !== null) counts.set(before, (counts.get(before) ?? 0) + 1);
  return counts;
}

/** The story that holds most documents of each earlier storyline; of equals the first. */
function heirsOf(shares: readonly Share[]): Map<string, number> {
  const heirs = new Map<string, { story: number; count: number }>();
  shares.forEach((share, story) => {
    for (const [id, count] of share) if (count > (heirs.get(id)?.count ?? 0)) heirs.set(id, { story, count });
  });
  return new Map([...heirs].map(([id, { story }]) => [id, story]));
}

function mostFirst(a: readonly [string, number], b: readonly [string, number]): number {
  return b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
}

/** After the first document of the story whose name is still free. */
function newId(story: readonly IdentifiedDocument[], taken: Set<string>): string {
  for (let round = 0; ; round++) {
    for (const { documentId } of story) {
      const id = `s-${createHash('sha256').update(`${round} ${documentId}`).digest('hex').slice(0, 12)}`;
      if (taken.has(id)) continue;
      taken.add(id);
      return id;
    }
  }
}

function changesOf(
  stories: readonly (readonly IdentifiedDocument[])[],
  shares: readonly Share[],
  ids: readonly string[],
  settled: ReadonlyMap<string, string>,
): StorylineChange[] {
  const sizes = new Map<string, number>();
  for (const id of settled.values()) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  const living = new Set(ids);
  const changes: StorylineChange[] = [];
  const gone = new Set<string>();
  stories.forEach((story, i) => {
    const storylineId = ids[i]!;
    const before = sizes.get(storylineId);
    const sources = [...shares[i]!].filter(([id]) => id !== storylineId).sort(mostFirst);
    if (before === undefined && sources.length === 0) changes.push({ kind: 'born', storylineId });
    else if (before !== undefined && before !== story.length) {
      changes.push({ kind: story.length > before ? 'grew' : 'shrank', storylineId, documents: story.length });
    }
    for (const [from] of sources) {
      changes.push({ kind: living.has(from) ? 'split' : 'merged', storylineId, from });
      gone.add(from);
    }
  });
  for (const id of [...sizes.keys()].sort()) {
    if (!living.has(id) && !gone.has(id)) changes.push({ kind: 'ended', storylineId: id });
  }
  return changes;
}
