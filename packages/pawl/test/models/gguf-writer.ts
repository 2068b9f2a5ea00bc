// Writes models in the GGUF format, version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).

const VERSION = 3;
const ALIGNMENT = 32;
/** Numbers of the format: types of values, and the type of a tensor of 32-bit floats. */
const UINT32 = 4;
const INT32 = 5;
const FLOAT32 = 6;
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;
const F32_TENSOR = 0;

/** A key of the file with its value as it is written. */
export type GgufEntry = readonly [key: string, value: Buffer];

export const uint32Value = (value: number): Buffer => Buffer.concat([u32(UINT32), u32(value)]);
export const float32Value = (value: number): Buffer => Buffer.concat([u32(FLOAT32), f32(value)]);
export const boolValue = (value: boolean): Buffer => Buffer.concat([u32(BOOL), Buffer.from([value ? 1 : 0])]);
export const stringValue = (value: string): Buffer => Buffer.concat([u32(STRING), text(value)]);
export const stringsValue = (values: readonly string[]): Buffer => arrayValue(STRING, values.map(text));
export const int32sValue = (values: readonly number[]): Buffer => arrayValue(INT32, values.map(u32));
export const float32sValue = (values: readonly number[]): Buffer => arrayValue(FLOAT32, values.map(f32));

/** What the weights of a model are: their name, their shape with the innermost dimension first, and each of them. */
export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly weight: (i: number) => number;
}

export function writeGguf(entries: readonly GgufEntry[], tensors: readonly GgufTensor[]): Buffer {
  let offset = 0;
  const infos = tensors.map(({ name, shape }) => {
    const info = Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(F32_TENSOR), u64(offset)]);
    offset += padded(4 * product(shape));
    return info;
  });
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(VERSION),
    u64(tensors.length),
    u64(entries.length),
    ...entries.map(([key, value]) => Buffer.concat([text(key), value])),
    ...infos,
  ]);
  return Buffer.concat([header, Buffer.alloc(padded(header.length) - header.length), ...tensors.map(weightsOf)]);
}

function weightsOf({ shape, weight }: GgufTensor): Buffer {
  const count = product(shape);
  const buffer = Buffer.alloc(padded(4 * count));
  for (let i = 0; i < count; i++) buffer.writeFloatLE(weight(i), 4 * i);
  return buffer;
}

function arrayValue(type: number, items: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(ARRAY), u32(type), u64(items.length), ...items]);
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, one) => size * one, 1);
}

function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function f32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}
