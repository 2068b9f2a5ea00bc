/** English in TypeScript: `const english = await loadEnglish(); const document = english.parse(text);` */
export * from './core.ts';
export { loadEnglish } from './load-english.ts';
