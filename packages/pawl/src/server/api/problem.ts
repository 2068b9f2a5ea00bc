import { z } from 'zod';

/** An error as RFC 9457 has it, with pawl's code. */
export const problemSchema = z
  .object({
    type: z.string().describe('the code as a URI'),
    title: z.string().describe('what the code means'),
    status: z.int(),
    detail: z.string().describe('what was wrong with this request'),
    code: z.string().describe('a word of docs/ERRORS.md; match on it'),
    remedy: z.string(),
    request_id: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), message: z.string() }))
      .optional()
      .describe('places in the request'),
  })
  .describe('An error (RFC 9457).');
export type Problem = z.output<typeof problemSchema>;
