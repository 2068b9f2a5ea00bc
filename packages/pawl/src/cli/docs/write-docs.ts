import { writeFile } from 'node:fs/promises';
import { Cli } from '../cli.ts';
import { createProgram } from '../program.ts';
import { cliReference } from './cli-reference.ts';
import { errorsReference } from './errors-reference.ts';

// Writes the reference pages that are generated: `npm run docs`.

const DOCS = new URL('../../../../../docs/', import.meta.url);

await writeFile(new URL('CLI.md', DOCS), cliReference(createProgram(new Cli())));
await writeFile(new URL('ERRORS.md', DOCS), errorsReference());
