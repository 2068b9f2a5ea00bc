#!/usr/bin/env node
// Compiles assembly/kernels.ts with AssemblyScript (fetched by npx: it is too large for a dependency) and writes the
// module as base64 into src/kernels/kernels-wasm.ts, with the hash of its source, which a test compares.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const source = join(import.meta.dirname, '..', 'assembly', 'kernels.ts');
const target = join(import.meta.dirname, '..', 'src', 'kernels', 'kernels-wasm.ts');
const module = join(mkdtempSync(join(tmpdir(), 'kernels-')), 'kernels.wasm');
const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'];
const npx = ['--yes', '--package', 'assemblyscript@0.28.20', 'asc', source, '-o', module, ...flags];
const { status } = spawnSync('npx', npx, { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const hash = createHash('sha256').update(readFileSync(source)).digest('hex');
const chunks = readFileSync(module)
  .toString('base64')
  .match(/.{1,110}/g);
writeFileSync(
  target,
  `// Made by training/build-kernels.mjs from assembly/kernels.ts; do not edit.
export const KERNELS_SOURCE_SHA256 = '${hash}';

export const KERNELS_WASM_BASE64 = [
${chunks.map((chunk) => `  '${chunk}',`).join('\n')}
].join('');
`,
);
