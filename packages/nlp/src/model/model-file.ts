/** Typed arrays a model file can hold. */
type ModelArray = Int8Array | Uint8Array | Int16Array | Int32Array | Float32Array;

const KINDS = { i8: Int8Array, u8: Uint8Array, i16: Int16Array, i32: Int32Array, f32: Float32Array } as const;
type Kind = keyof typeof KINDS;

const MAGIC = 'pawlnlp1';
const HEADER_START = 12;
const ALIGNMENT = 16;

interface Entry {
  readonly name: string;
  readonly kind: Kind;
  readonly offset: number;
  readonly length: number;
}

/** A trained model: named arrays, and `meta` for whatever is small. Little-endian, as all machines Node runs on. */
export interface ModelFile {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, ModelArray>>;
}

/** Layout: magic (8 bytes), header length (u32), JSON header, then the arrays, each aligned to 16 bytes. */
export function writeModelFile({ meta, arrays }: ModelFile): Uint8Array {
  let offset = 0;
  const entries = Object.entries(arrays).map(([name, array]): Entry => {
    const entry = { name, kind: kindOf(array), offset, length: array.length };
    offset = align(offset + array.byteLength);
    return entry;
  });
  const header = new TextEncoder().encode(JSON.stringify({ meta, entries }));
  const start = align(HEADER_START + header.length);
  const bytes = new Uint8Array(start + offset);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, header.length, true);
  bytes.set(header, HEADER_START);
  for (const entry of entries) {
    const array = arrays[entry.name]!;
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + entry.offset);
  }
  return bytes;
}

/** The arrays are views into `bytes` where its alignment allows, else copies. */
export function readModelFile(bytes: Uint8Array): ModelFile {
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC) throw new Error(`This is no pawl model file: it begins with "${magic}", expected "${MAGIC}".`);
  const aligned = bytes.byteOffset % ALIGNMENT === 0 ? bytes : bytes.slice();
  const headerLength = new DataView(aligned.buffer, aligned.byteOffset).getUint32(MAGIC.length, true);
  const header = new TextDecoder().decode(aligned.subarray(HEADER_START, HEADER_START + headerLength));
  const { meta, entries } = JSON.parse(header) as { meta: Record<string, unknown>; entries: Entry[] };
  const start = aligned.byteOffset + align(HEADER_START + headerLength);
  const arrays: Record<string, ModelArray> = {};
  for (const { name, kind, offset, length } of entries) {
    arrays[name] = new KINDS[kind](aligned.buffer as ArrayBuffer, start + offset, length);
  }
  return { meta, arrays };
}

function kindOf(array: ModelArray): Kind {
  const found = Object.entries(KINDS).find(([, type]) => array instanceof type);
  return found![0] as Kind;
}

const align = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
