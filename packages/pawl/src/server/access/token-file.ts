import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, PawlError } from '../../domain/errors.ts';
import { SCOPES, type Scope } from './scope.ts';

// Tokens are 256 random bits; the file keeps their SHA-256 only. A slow hash is for passwords, which can be guessed: these
// cannot. A token is `pawl_<id>_<secret>`: the id finds the entry, so one comparison is made, in constant time.

const FILE = 'tokens.json';
const SECRET_BYTES = 32;
const ID_BYTES = 6;
const TOKEN = /^pawl_([0-9a-f]{12})_([\w-]{43})$/;
const NO_HASH = Buffer.alloc(32);

const tokenSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  name: z.string().min(1).max(64),
  scopes: z.array(z.enum(SCOPES)).min(1).readonly(),
  created_at: z.iso.datetime(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const fileSchema = z.strictObject({ tokens: z.array(tokenSchema).max(1_000) });

/** A token as it is kept: what it opens, not the token. */
export type KeptToken = z.output<typeof tokenSchema>;

/** The tokens of a data folder, in a file that its owner alone may read. */
export class TokenFile {
  readonly #path: string;
  #read: { readonly stamp: string; readonly tokens: readonly KeptToken[] } | null = null;

  constructor(dataFolder: string) {
    this.#path = join(dataFolder, FILE);
  }

  /** @throws {PawlError} `token_file_damaged` */
  list(): readonly KeptToken[] {
    const stamp = this.#stamp();
    if (stamp === null) return [];
    if (this.#read?.stamp === stamp) return this.#read.tokens;
    const tokens = this.#load();
    this.#read = { stamp, tokens };
    return tokens;
  }

  /** Makes a token. @returns what its bearer shows; it cannot be had again. @throws {PawlError} `token_exists` */
  create(name: string, scopes: readonly Scope[], atMs: number): string {
    if (this.list().some((token) => token.name === name)) {
      throw new PawlError('token_exists', `There is a token "${name}" already; revoke it or take another name.`);
    }
    const id = randomBytes(ID_BYTES).toString('hex');
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const created_at = new Date(atMs).toISOString();
    this.#save([...this.list(), { id, name, scopes: [...scopes], created_at, sha256: hashOf(secret).toString('hex') }]);
    return `pawl_${id}_${secret}`;
  }

  /** Takes a token back; a server notices with the next request. @throws {PawlError} `unknown_token` */
  revoke(name: string): void {
    const rest = this.list().filter((token) => token.name !== name);
    if (rest.length === this.list().length) throw new PawlError('unknown_token', `There is no token "${name}".`);
    this.#save(rest);
  }

  /** The entry of a token that somebody shows, or null when it is not one of ours. */
  find(shown: string): KeptToken | null {
    const [, id, secret = ''] = TOKEN.exec(shown) ?? [];
    const kept = this.list().find((token) => token.id === id);
    const expected = kept === undefined ? NO_HASH : Buffer.from(kept.sha256, 'hex');
    const isEqual = timingSafeEqual(hashOf(secret), expected);
    return kept !== undefined && isEqual ? kept : null;
  }

  /** What tells one version of the file from the next; null where there is none. */
  #stamp(): string | null {
    try {
      const { ino, size, mtimeNs } = statSync(this.#path, { bigint: true });
      return `${ino}:${size}:${mtimeNs}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  #load(): readonly KeptToken[] {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).tokens;
    } catch (error) {
      throw new PawlError('token_file_damaged', `${this.#path} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }

  #save(tokens: readonly KeptToken[]): void {
    const written = `${this.#path}.${process.pid}`;
    mkdirSync(join(this.#path, '..'), { recursive: true });
    writeFileSync(written, `${JSON.stringify({ tokens }, null, 2)}\n`, { mode: 0o600 });
    chmodSync(written, 0o600);
    renameSync(written, this.#path);
    this.#read = null;
  }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
