import { z } from 'zod';

export const historyEntrySchema = z.object({
  seq: z.int().positive(),
  at: z.iso.datetime(),
  event: z.string().describe('such as created, accepted, started, paused, settings_changed'),
  from: z.string().nullable(),
  to: z.string().nullable(),
  by: z.string(),
  reason: z.string().nullable(),
  run: z.int().positive().nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type HistoryItem = z.output<typeof historyEntrySchema>;

export const historySchema = z
  .object({ history: z.array(historyEntrySchema), next: z.string().nullable() })
  .describe('What happened to a batch, oldest first.');
export type History = z.output<typeof historySchema>;

export const historyQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});
