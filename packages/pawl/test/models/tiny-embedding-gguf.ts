import {
  boolValue,
  float32Value,
  type GgufEntry,
  type GgufTensor,
  int32sValue,
  stringsValue,
  stringValue,
  uint32Value,
  writeGguf,
} from './gguf-writer.ts';
import { DIMENSIONS, directionOf, KNOWN_WORDS } from './made-up-meaning.ts';

// An embedding model that llama.cpp runs: a BERT of one layer whose words have the directions that the tests' embedding server knows. The
// weights of the layer are random, but what it adds to the words is multiplied by zero: so texts mean to it what they mean to that server.

const FEED_FORWARD = 128;
const HEADS = 2;
export const TINY_CONTEXT = 64;
const MEAN_POOLING = 1;
/** Kinds of tokens. */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const MARKS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
/** Words begin with it in this format. */
const BEGINNING = '▁';

export interface TinyEmbeddingOptions {
  /** How it makes one vector of a text; null where the file does not say. Default: their mean. */
  readonly poolingType?: number | null;
  /** Tokens that it sees, the two marks around a text among them. Default: {@link TINY_CONTEXT}. */
  readonly context?: number;
  /** Whether the directions of its marks are no numbers. Default: false. */
  readonly isBroken?: boolean;
}

/** @param random from 0 (inclusive) to 1 (exclusive) */
export function tinyEmbeddingGguf(
  random: () => number,
  { poolingType = MEAN_POOLING, context = TINY_CONTEXT, isBroken = false }: TinyEmbeddingOptions = {},
): Buffer {
  const pooling: GgufEntry[] = poolingType === null ? [] : [['bert.pooling_type', uint32Value(poolingType)]];
  return writeGguf([...entries(context), ...pooling], tensors(random, context, isBroken));
}

function entries(context: number): GgufEntry[] {
  return [
    ['general.architecture', stringValue('bert')],
    ['general.name', stringValue('tiny embeddings')],
    ['bert.context_length', uint32Value(context)],
    ['bert.embedding_length', uint32Value(DIMENSIONS)],
    ['bert.block_count', uint32Value(1)],
    ['bert.feed_forward_length', uint32Value(FEED_FORWARD)],
    ['bert.attention.head_count', uint32Value(HEADS)],
    ['bert.attention.layer_norm_epsilon', float32Value(1e-5)],
    ['bert.attention.causal', boolValue(false)],
    ['tokenizer.ggml.model', stringValue('bert')],
    ['tokenizer.ggml.pre', stringValue('jina-v2-en')],
    ['tokenizer.ggml.token_type_count', uint32Value(2)],
    ['tokenizer.ggml.tokens', stringsValue([...MARKS, ...KNOWN_WORDS.map((word) => BEGINNING + word)])],
    [
      'tokenizer.ggml.token_type',
      int32sValue([...MARKS.map((mark) => (mark === '[UNK]' ? UNKNOWN : CONTROL)), ...KNOWN_WORDS.map(() => NORMAL)]),
    ],
    ['tokenizer.ggml.padding_token_id', uint32Value(0)],
    ['tokenizer.ggml.unknown_token_id', uint32Value(1)],
    ['tokenizer.ggml.cls_token_id', uint32Value(2)],
    ['tokenizer.ggml.bos_token_id', uint32Value(2)],
    ['tokenizer.ggml.seperator_token_id', uint32Value(3)],
  ];
}

function tensors(random: () => number, context: number, isBroken: boolean): GgufTensor[] {
  const any = () => random() - 0.5;
  const zero = () => 0;
  const words = KNOWN_WORDS.map(directionOf);
  const wordWeight = (i: number) => words[Math.floor(i / DIMENSIONS) - MARKS.length]?.[i % DIMENSIONS];
  const tensor = (name: string, shape: readonly number[], weight: (i: number) => number) => ({ name, shape, weight });
  const linear = (name: string, from: number, to: number, weight: () => number) => [
    tensor(`${name}.weight`, [from, to], weight),
    tensor(`${name}.bias`, [to], weight),
  ];
  const norm = (name: string) => [
    tensor(`${name}.weight`, [DIMENSIONS], () => 1),
    tensor(`${name}.bias`, [DIMENSIONS], zero),
  ];
  const vocabulary = MARKS.length + KNOWN_WORDS.length;
  return [
    tensor('token_embd.weight', [DIMENSIONS, vocabulary], (i) => wordWeight(i) ?? (isBroken ? Number.NaN : 0)),
    tensor('position_embd.weight', [DIMENSIONS, context], zero),
    tensor('token_types.weight', [DIMENSIONS, 2], zero),
    ...norm('token_embd_norm'),
    ...['attn_q', 'attn_k', 'attn_v'].flatMap((name) => linear(`blk.0.${name}`, DIMENSIONS, DIMENSIONS, any)),
    ...linear('blk.0.attn_output', DIMENSIONS, DIMENSIONS, zero),
    ...norm('blk.0.attn_output_norm'),
    ...linear('blk.0.ffn_up', DIMENSIONS, FEED_FORWARD, any),
    ...linear('blk.0.ffn_down', FEED_FORWARD, DIMENSIONS, zero),
    ...norm('blk.0.layer_output_norm'),
  ];
}
