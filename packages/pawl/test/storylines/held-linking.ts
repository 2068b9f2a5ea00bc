import type {
  KeptBytesQuery,
  LinkedDocumentColumns,
  LinkedDocumentRow,
  SketchedDocument,
} from '../../src/checkpoint/linking-state.ts';
import { type PackedBytes, packBytes } from '../../src/checkpoint/packed-bytes.ts';
import type { LinkPass } from '../../src/storylines/linker.ts';
import type { Linkage, Storyline } from '../../src/storylines/storyline.ts';

type Row = LinkedDocumentRow & SketchedDocument;

interface HeldStoryline {
  readonly storyline: Storyline;
  readonly kept: Uint8Array;
  readonly linkages: Map<number, readonly Linkage[]>;
}

/** What a checkpoint would hold after passes of linking. */
export class HeldLinking {
  readonly documents = new Map<number, Row>();
  readonly storylines = new Map<string, HeldStoryline>();
  /** How many storylines were composed anew, and how many went on from what was kept. */
  readonly composed = { anew: 0, goneOn: 0 };

  readonly kept = async (query: KeptBytesQuery): Promise<PackedBytes> => {
    if (query.kind === 'storylines')
      return packBytes(query.storylineIds.map((id) => this.storylines.get(id)?.kept ?? new Uint8Array(0)));
    const wanted = query.resultSeqs.map((seq) => this.documents.get(seq)!);
    return packBytes(wanted.map(({ profile, sketch }) => (query.kind === 'profiles' ? profile : sketch)));
  };

  add(documents: readonly SketchedDocument[]): void {
    for (const document of documents) {
      const alone = { neighbours: new Uint32Array(0), likelihoods: new Float32Array(0), isLinked: false };
      this.documents.set(document.resultSeq, { ...document, ...alone, storylineId: null });
    }
  }

  async save({ neighbours, documents, storylines, removed }: LinkPass): Promise<void> {
    for (const change of neighbours) this.#update(change);
    for await (const { storyline, isAnew, kept, linkages } of storylines) {
      this.composed[isAnew ? 'anew' : 'goneOn'] += 1;
      const before = isAnew ? [] : this.storylines.get(storyline.storyline_id)!.linkages;
      this.storylines.set(storyline.storyline_id, { storyline, kept, linkages: new Map([...before, ...linkages]) });
    }
    for (const change of documents) this.#update({ ...change, isLinked: true });
    for (const id of removed) this.storylines.delete(id);
  }

  #update(change: Partial<Row> & Pick<Row, 'resultSeq'>): void {
    this.documents.set(change.resultSeq, { ...this.documents.get(change.resultSeq)!, ...change });
  }

  /** As a checkpoint gives it back. */
  columns(): LinkedDocumentColumns {
    const rows = [...this.documents.values()];
    return {
      resultSeqs: rows.map(({ resultSeq }) => resultSeq),
      documentIds: rows.map(({ documentId }) => documentId),
      days: rows.map(({ day }) => day),
      areLinked: rows.map(({ isLinked }) => isLinked),
      storylineIds: rows.map(({ storylineId }) => storylineId),
      keys: packBytes(rows.map(({ keys }) => bytesOf(keys))),
      neighbours: packBytes(rows.map(({ neighbours }) => bytesOf(neighbours))),
      likelihoods: packBytes(rows.map(({ likelihoods }) => bytesOf(likelihoods))),
    };
  }

  /** Storylines and their linkages in an order of their own, so that what was saved when does not show. */
  all(): { storyline: Storyline; linkages: Linkage[] }[] {
    return [...this.storylines.values()]
      .map(({ storyline, linkages }) => ({
        storyline,
        linkages: [...linkages]
          .map(([part, own]) => [this.documents.get(part)?.documentId ?? '', own] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .flatMap(([, own]) => own),
      }))
      .sort((a, b) => (a.storyline.storyline_id < b.storyline.storyline_id ? -1 : 1));
  }

  /** Who may tell the same story as whom, by name. */
  neighbours(): Map<string, string[]> {
    const found = new Map([...this.documents.values()].map(({ documentId }) => [documentId, [] as string[]]));
    for (const { documentId, neighbours } of this.documents.values()) {
      for (const seq of neighbours) {
        const other = this.documents.get(seq)!.documentId;
        found.get(documentId)!.push(other);
        found.get(other)!.push(documentId);
      }
    }
    return new Map(
      [...found].map(([id, others]): [string, string[]] => [id, others.sort()]).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
