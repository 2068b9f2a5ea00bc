import {
  float32sValue,
  float32Value,
  type GgufEntry,
  int32sValue,
  stringsValue,
  stringValue,
  uint32Value,
  writeGguf,
} from './gguf-writer.ts';

// A language model of random weights: the smallest that llama.cpp runs. It knows nothing, but it is a model: what comes out of it is
// shaped by the grammar alone.

const EMBEDDING = 32;
const FEED_FORWARD = 64;
const HEADS = 2;
const CONTEXT = 4_096;
/** Kinds of tokens. */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly kinds: readonly number[];
}

/**
 * @param random from 0 (inclusive) to 1 (exclusive)
 * @param poolingType of a model that makes vectors as well; default one that does not
 */
export function tinyGguf(random: () => number, poolingType: number | null = null): Buffer {
  const vocabulary = byteVocabulary();
  const tensors = tensorShapes(vocabulary.tokens.length).map(([name, shape]) => ({
    name,
    shape,
    weight: name.includes('norm') ? () => 1 : () => random() - 0.5,
  }));
  const pooling: GgufEntry[] = poolingType === null ? [] : [['llama.pooling_type', uint32Value(poolingType)]];
  return writeGguf([...entriesOf(vocabulary), ...pooling], tensors);
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

function entriesOf({ tokens, kinds }: Vocabulary): GgufEntry[] {
  return [
    ['general.architecture', stringValue('llama')],
    ['general.name', stringValue('tiny')],
    ['llama.context_length', uint32Value(CONTEXT)],
    ['llama.embedding_length', uint32Value(EMBEDDING)],
    ['llama.block_count', uint32Value(1)],
    ['llama.feed_forward_length', uint32Value(FEED_FORWARD)],
    ['llama.rope.dimension_count', uint32Value(EMBEDDING / HEADS)],
    ['llama.attention.head_count', uint32Value(HEADS)],
    ['llama.attention.layer_norm_rms_epsilon', float32Value(1e-5)],
    ['tokenizer.ggml.model', stringValue('llama')],
    ['tokenizer.ggml.tokens', stringsValue(tokens)],
    ['tokenizer.ggml.scores', float32sValue(tokens.map(() => 0))],
    ['tokenizer.ggml.token_type', int32sValue(kinds)],
    ['tokenizer.ggml.unknown_token_id', uint32Value(0)],
    ['tokenizer.ggml.bos_token_id', uint32Value(1)],
    ['tokenizer.ggml.eos_token_id', uint32Value(2)],
  ];
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
