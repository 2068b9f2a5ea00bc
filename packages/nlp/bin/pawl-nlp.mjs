#!/usr/bin/env node
// The command line of the language library; plain JavaScript, so that an old Node says what is wrong.
const MINIMUM_NODE_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) >= MINIMUM_NODE_MAJOR) {
  await import('../src/cli/main.ts');
} else {
  console.error(`pawl-nlp needs Node ${MINIMUM_NODE_MAJOR} or newer; this is ${process.version}.`);
  process.exit(2);
}
