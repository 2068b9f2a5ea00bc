/** Two pipelines that differ in their last stage. */
export const PIPELINE = {
  stages: [
    { name: 'entities', fingerprint: 'e1', description: 'builtin 1' },
    { name: 'events', fingerprint: 'v1', description: 'builtin 1' },
  ],
};
export const OTHER_PIPELINE = {
  stages: [
    { name: 'entities', fingerprint: 'e1', description: 'builtin 1' },
    { name: 'events', fingerprint: 'v2', description: 'builtin 2' },
  ],
};
