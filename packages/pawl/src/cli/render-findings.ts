import type { Finding } from '../checkpoint/checkpoint.ts';
import { counted } from './terminal/quantity.ts';
import { terminalText } from './terminal/terminal-text.ts';

/** What a check found wrong, each with what to do; `allWell` when it found nothing. */
export function renderFindings(findings: readonly Finding[], subject: string, allWell: string): string[] {
  if (findings.length === 0) return [allWell];
  const lines = findings.flatMap(({ message, remedy }) =>
    [`✗ ${terminalText(message)}`, `  ${terminalText(remedy)}`].filter((line) => line.trim() !== ''),
  );
  return [...lines, `${subject}: ${counted(findings.length, 'finding')}.`];
}
