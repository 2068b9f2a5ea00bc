/**
 * How pawl runs Node: a small young generation, since what a runner drops are results it has saved, and room for more would
 * only fill up with them. `npm run bench:checkpoint` shows the peak memory.
 */
export const NODE_FLAGS = ['--max-semi-space-size=4'];
