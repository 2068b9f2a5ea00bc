import { z } from 'zod';

const offset = z.int().nonnegative();

const tokenSchema = z.object({
  text: z.string(),
  start_char: offset,
  end_char: offset,
  lemma: z.string(),
  upos: z.string().describe('universaldependencies.org/u/pos'),
  xpos: z.string().describe('Penn Treebank tag'),
  feats: z.string().describe('as CoNLL-U writes them; empty for none'),
  head: z.int().min(-1).describe('index of the head in the same sentence; -1 for the root'),
  deprel: z.string().describe('universaldependencies.org/u/dep'),
});

/** The dependency trees of a document's text. */
export const parseSchema = z
  .object({
    document_id: z.string(),
    sentences: z.array(z.object({ start_char: offset, end_char: offset, tokens: z.array(tokenSchema) })),
  })
  .describe('Sentences with their dependency trees; offsets are UTF-16 units into original_text.');
export type Parse = z.output<typeof parseSchema>;
