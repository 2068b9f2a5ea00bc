import { type FileHandle, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { StoredResult } from '../../checkpoint/checkpoint.ts';
import { compressPiece } from '../../compression/compress.ts';
import type { Compression } from '../../compression/compression.ts';
import type { JsonObject } from '../../domain/document.ts';
import { messageOf, PawlError } from '../../domain/errors.ts';
import type { SettledStorylines, Sink } from '../sink.ts';
import { compactFile } from './compact-file.ts';
import {
  leadsTo,
  openForWriting,
  sizeAndCrc32,
  syncFolder,
  tailCrc32,
  withFileCode,
  writeWhole,
} from './jsonl-file.ts';
import { type JsonlPosition, readPosition, toJson } from './jsonl-position.ts';
import { NOT_WRITTEN, StorylineFiles } from './storyline-files.ts';
import { unfinishedPath } from './whole-file.ts';

// One result a line. Exactly once through any crash (G2): the position that the checkpoint holds is a byte offset; what
// a crash left beyond it is cut off before the next write. The file is synced before the position is saved. A compressed
// file grows by pieces that were compressed by themselves, so that it can be cut between them; at the end of a run it is
// made one stream. A crash between that and the saving of the position shows as another file, which is written anew.
// Storylines change as a whole: their files beside it are replaced. In the batch's folder linking itself keeps them.

const NEW_LINE = Buffer.from('\n');

export interface JsonlTarget {
  readonly path: string;
  readonly compression: Compression | null;
  /** True for the file in the batch's folder: whatever it holds is ours, and its path may change with the folder's. */
  readonly isInBatchFolder: boolean;
}

export class JsonlSink implements Sink {
  readonly name: string;
  readonly path: string;
  /** Every file that it writes, and what it holds. */
  readonly files: readonly { readonly holds: 'results' | 'storylines' | 'linkages'; readonly path: string }[];
  readonly replaceStorylines: NonNullable<Sink['replaceStorylines']> | undefined;
  readonly #target: JsonlTarget;
  /** Null in the batch's folder. */
  readonly #storylines: StorylineFiles | null;
  #file: FileHandle | null = null;
  #isDamaged = false;

  constructor(name: string, target: JsonlTarget) {
    this.name = name;
    this.path = target.path;
    this.#target = target;
    const storylines = target.isInBatchFolder ? null : new StorylineFiles(target.path, target.compression);
    this.#storylines = storylines;
    if (storylines !== null)
      this.replaceStorylines = (settled, stored, signal) =>
        this.#replaceStorylines(storylines, settled, stored, signal);
    this.files = [{ holds: 'results', path: target.path }, ...(storylines?.files ?? [])];
  }

  async recover(stored: JsonObject): Promise<'ready' | 'lost' | 'storylines_lost'> {
    const position = readPosition(stored);
    if (position === null || !this.#isOfThisTarget(position) || this.#isDamaged) return 'lost';
    return this.#guard(async () => {
      await this.#letGo();
      const file = await this.#openExisting();
      if (file === null) return 'lost';
      const { size } = await file.stat();
      if (size < position.offset || (await tailCrc32(file, position.offset)) !== position.tailCrc32) return 'lost';
      if (size > position.offset) {
        await file.truncate(position.offset);
        await file.datasync();
      }
      return (await this.#holdsStorylines(position)) ? 'ready' : 'storylines_lost';
    });
  }

  async start(previous: JsonObject | null): Promise<JsonObject> {
    return this.#guard(async () => {
      await this.#letGo();
      const file = await openForWriting(this.path, 'create');
      this.#file = file;
      const before = previous === null ? null : readPosition(previous);
      await this.#refuseForeign(file, before);
      await file.truncate(0);
      await file.sync();
      await rm(unfinishedPath(this.path), { force: true });
      await syncFolder(dirname(this.path));
      this.#isDamaged = false;
      const storylines = before !== null && this.#isOfThisTarget(before) ? before.storylines : null;
      return toJson({ offset: 0, lines: 0, members: 0, crc32: 0, tailCrc32: 0, storylines, ...this.#identity() });
    });
  }

  async write(results: readonly StoredResult[], stored: JsonObject): Promise<JsonObject> {
    const position = requirePosition(stored);
    const { compression } = this.#target;
    const text = Buffer.concat(results.flatMap(({ result }) => [result, NEW_LINE]));
    const bytes = compression === null ? text : await compressPiece(text, compression);
    return this.#guard(async () => {
      const file = this.#file ?? (await openForWriting(this.path, 'fail'));
      this.#file = file;
      await this.#refuseMeddling(file, position);
      await writeWhole(file, bytes, position.offset);
      await file.datasync();
      const offset = position.offset + bytes.length;
      return toJson({
        ...position,
        offset,
        lines: position.lines + results.length,
        members: position.members + (compression === null ? 0 : 1),
        crc32: crc32(bytes, position.crc32),
        tailCrc32: await tailCrc32(file, offset),
      });
    });
  }

  async finish(stored: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    const position = await this.#claimStorylines(requirePosition(stored));
    const { compression } = this.#target;
    return this.#guard(async () => {
      if (this.#file !== null && !(await leadsTo(this.path, this.#file))) throw this.#meddled('was moved or deleted');
      if (compression === null || position.members < 2) return toJson(position);
      await this.#letGo();
      try {
        return toJson({ ...position, ...(await compactFile(this.path, compression, signal)), members: 1 });
      } catch (error) {
        // Not a fault of the disk: what was written before cannot be read any more.
        this.#isDamaged = !signal.aborted && withFileCode(error, this.path) === error;
        throw error;
      }
    });
  }

  async check(stored: JsonObject): Promise<readonly string[]> {
    const position = readPosition(stored);
    const name = basename(this.path);
    if (position === null || !this.#isOfThisTarget(position)) return [`${name} was not written yet.`];
    try {
      const { size, checksum } = await sizeAndCrc32(this.path);
      if (size !== position.offset) return [`${name} has ${size} bytes; the checkpoint says ${position.offset}.`];
      const wrong =
        checksum === position.crc32 ? [] : [`${name} was changed after it was written: its checksum differs.`];
      const { storylines } = position;
      return storylines === null ? wrong : [...wrong, ...((await this.#storylines?.check(storylines)) ?? [])];
    } catch (error) {
      return [`${name} cannot be read: ${messageOf(error)}.`];
    }
  }

  async close(): Promise<void> {
    await this.#letGo();
  }

  async #replaceStorylines(
    files: StorylineFiles,
    settled: SettledStorylines,
    stored: JsonObject,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const position = requirePosition(stored);
    const taken = position.storylines === null ? await files.findTaken() : null;
    if (taken !== null) throw isForeign(taken);
    return this.#guard(async () => toJson({ ...position, storylines: await files.replace(settled, signal) }));
  }

  /** Says in the position, before anything is written, that the files of storylines are ours: nothing lies there. */
  async #claimStorylines(position: JsonlPosition): Promise<JsonlPosition> {
    const files = this.#storylines;
    if (files === null || position.storylines !== null || (await files.findTaken()) !== null) return position;
    return { ...position, storylines: NOT_WRITTEN };
  }

  async #holdsStorylines({ storylines }: JsonlPosition): Promise<boolean> {
    return this.#storylines === null || storylines === null || this.#storylines.hold(storylines);
  }

  #identity(): Pick<JsonlPosition, 'compression' | 'path'> {
    const { compression, isInBatchFolder, path } = this.#target;
    return { compression: compression ?? 'none', path: isInBatchFolder ? null : path };
  }

  #isOfThisTarget(position: JsonlPosition): boolean {
    const { compression, path } = this.#identity();
    return position.compression === compression && position.path === path;
  }

  /** A file that this batch has never written to is not emptied. */
  async #refuseForeign(file: FileHandle, previous: JsonlPosition | null): Promise<void> {
    if (this.#target.isInBatchFolder || previous?.path === this.path || (await file.stat()).size === 0) return;
    throw isForeign(this.path);
  }

  /** What follows a position must be ours: a hole or foreign bytes would stay for ever. */
  async #refuseMeddling(file: FileHandle, { offset }: JsonlPosition): Promise<void> {
    const { size } = await file.stat();
    if (size !== offset) throw this.#meddled(`has ${size} bytes in place of ${offset}`);
  }

  #meddled(what: string): PawlError {
    return new PawlError('data_unwritable', `${this.path} ${what} while it was written; that is mended.`);
  }

  async #openExisting(): Promise<FileHandle | null> {
    try {
      this.#file = await openForWriting(this.path, 'fail');
      return this.#file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async #letGo(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.#letGo().catch(() => undefined);
      throw withFileCode(error, this.path);
    }
  }
}

function isForeign(path: string): PawlError {
  return new PawlError(
    'sink_unfit',
    `${path} exists and holds something else; it is not overwritten. ` +
      'Move it away, and delivery goes on by itself, or give the sink another path.',
  );
}

/** The delivery loop passes on only what `start` and `write` gave it. */
function requirePosition(stored: JsonObject): JsonlPosition {
  const position = readPosition(stored);
  if (position === null) throw new Error(`not a position in a JSON lines file: ${JSON.stringify(stored)}`);
  return position;
}
