import { z } from 'zod';

/** Whether the server lives and can do its work. */
export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']).describe('degraded: it lives, but something that it needs does not answer'),
    live: z.literal(true),
    ready: z.boolean().describe('the data folder can be read'),
    working: z.boolean().describe('it works on batches itself'),
    version: z.string(),
    stages: z.array(
      z.object({
        batch_id: z.string(),
        name: z.string(),
        state: z.enum(['working', 'suspended', 'idle']),
        waiting_for: z.string().nullable(),
      }),
    ),
    sinks: z.array(
      z.object({ batch_id: z.string(), name: z.string(), lag: z.int().nonnegative(), error: z.string().nullable() }),
    ),
  })
  .describe('Stages and sinks are those of the batches that are worked on; named only to those who may read.');
export type Health = z.output<typeof healthSchema>;
