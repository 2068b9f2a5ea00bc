// Writes a language model of random weights in the GGUF format, version 3
// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): the smallest that llama.cpp runs. It knows nothing, but it is a model:
// what comes out of it is shaped by the grammar alone.

const EMBEDDING = 32;
const FEED_FORWARD = 64;
const HEADS = 2;
const CONTEXT = 4_096;
const ALIGNMENT = 32;
/** Numbers of the format: types of metadata values, and the type of a tensor of 32-bit floats. */
const UINT32 = 4;
const INT32 = 5;
const FLOAT32 = 6;
const STRING = 8;
const ARRAY = 9;
const F32_TENSOR = 0;
/** Kinds of tokens. */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly kinds: readonly number[];
}

/** @param random from 0 (inclusive) to 1 (exclusive) */
export function tinyGguf(random: () => number): Buffer {
  const vocabulary = byteVocabulary();
  const tensors = tensorShapes(vocabulary.tokens.length);
  const metadata = metadataOf(vocabulary);
  let offset = 0;
  const infos = tensors.map(([name, shape]) => {
    const info = Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(F32_TENSOR), u64(offset)]);
    offset += padded(4 * product(shape));
    return info;
  });
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(metadata.length),
    ...metadata,
    ...infos,
  ]);
  const data = tensors.map(([name, shape]) =>
    weights(product(shape), name.includes('norm') ? () => 1 : () => random() - 0.5),
  );
  return Buffer.concat([header, Buffer.alloc(padded(header.length) - header.length), ...data]);
}

/** A token a byte, a few letters, and the three that every vocabulary has. */
function byteVocabulary(): Vocabulary {
  const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`);
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789{}[]":,._-', '▁'];
  return {
    tokens: ['<unk>', '<s>', '</s>', ...bytes, ...letters],
    kinds: [UNKNOWN, CONTROL, CONTROL, ...bytes.map(() => BYTE), ...letters.map(() => NORMAL)],
  };
}

function metadataOf({ tokens, kinds }: Vocabulary): Buffer[] {
  const array = (type: number, items: readonly Buffer[]) =>
    Buffer.concat([u32(ARRAY), u32(type), u64(items.length), ...items]);
  const entries: readonly (readonly [string, Buffer])[] = [
    ['general.architecture', Buffer.concat([u32(STRING), text('llama')])],
    ['general.name', Buffer.concat([u32(STRING), text('tiny')])],
    ['llama.context_length', Buffer.concat([u32(UINT32), u32(CONTEXT)])],
    ['llama.embedding_length', Buffer.concat([u32(UINT32), u32(EMBEDDING)])],
    ['llama.block_count', Buffer.concat([u32(UINT32), u32(1)])],
    ['llama.feed_forward_length', Buffer.concat([u32(UINT32), u32(FEED_FORWARD)])],
    ['llama.rope.dimension_count', Buffer.concat([u32(UINT32), u32(EMBEDDING / HEADS)])],
    ['llama.attention.head_count', Buffer.concat([u32(UINT32), u32(HEADS)])],
    ['llama.attention.layer_norm_rms_epsilon', Buffer.concat([u32(FLOAT32), f32(1e-5)])],
    ['tokenizer.ggml.model', Buffer.concat([u32(STRING), text('llama')])],
    ['tokenizer.ggml.tokens', array(STRING, tokens.map(text))],
    [
      'tokenizer.ggml.scores',
      array(
        FLOAT32,
        tokens.map(() => f32(0)),
      ),
    ],
    ['tokenizer.ggml.token_type', array(INT32, kinds.map(u32))],
    ['tokenizer.ggml.unknown_token_id', Buffer.concat([u32(UINT32), u32(0)])],
    ['tokenizer.ggml.bos_token_id', Buffer.concat([u32(UINT32), u32(1)])],
    ['tokenizer.ggml.eos_token_id', Buffer.concat([u32(UINT32), u32(2)])],
  ];
  return entries.map(([key, value]) => Buffer.concat([text(key), value]));
}

function tensorShapes(vocabulary: number): readonly (readonly [name: string, shape: readonly number[]])[] {
  const square = [EMBEDDING, EMBEDDING];
  return [
    ['token_embd.weight', [EMBEDDING, vocabulary]],
    ['blk.0.attn_norm.weight', [EMBEDDING]],
    ['blk.0.attn_q.weight', square],
    ['blk.0.attn_k.weight', square],
    ['blk.0.attn_v.weight', square],
    ['blk.0.attn_output.weight', square],
    ['blk.0.ffn_norm.weight', [EMBEDDING]],
    ['blk.0.ffn_gate.weight', [EMBEDDING, FEED_FORWARD]],
    ['blk.0.ffn_up.weight', [EMBEDDING, FEED_FORWARD]],
    ['blk.0.ffn_down.weight', [FEED_FORWARD, EMBEDDING]],
    ['output_norm.weight', [EMBEDDING]],
    ['output.weight', [EMBEDDING, vocabulary]],
  ];
}

function weights(count: number, next: () => number): Buffer {
  const buffer = Buffer.alloc(padded(4 * count));
  for (let i = 0; i < count; i++) buffer.writeFloatLE(next(), 4 * i);
  return buffer;
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
