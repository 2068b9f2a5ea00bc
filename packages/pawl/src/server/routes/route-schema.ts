import { z } from 'zod';
import { problemSchema } from '../api/problem.ts';

const PROBLEM = {
  description: 'An error (RFC 9457)',
  content: { 'application/problem+json': { schema: problemSchema } },
};
/** What every route may answer with: it is refused to anybody who may not, asks too much, or meets a defect. */
const ALWAYS = [401, 403, 429, 500, 503] as const;

/** The answers of a route: its own, and the problems that it may meet. */
export function withProblems<Answers extends Record<number, unknown>>(
  answers: Answers,
  statuses: readonly number[],
): { response: Answers } {
  const problems = Object.fromEntries([...statuses, ...ALWAYS].map((status) => [status, PROBLEM]));
  return { response: { ...answers, ...problems } };
}

/** An answer that is a stream of that type: described, never validated as a whole. */
export function streamAnswer(
  type: string,
  description: string,
): {
  description: string;
  content: Record<string, { schema: z.ZodType }>;
} {
  return { description, content: { [type]: { schema: z.string() } } };
}
