/** The language library without Node built-ins: `fetchEnglish` loads the models in a browser. */
export { type ConlluRange, type ConlluSentence, type ConlluWord, readConllu } from './conllu/conllu.ts';
export { fromConlluSentences } from './conllu/from-conllu.ts';
export { toConlluSentences, writeConllu } from './conllu/write-conllu.ts';
export { DependencyTree } from './dependency-tree.ts';
export * from './document.ts';
export { renderDependencyTree } from './drawing/render-dependency-tree.ts';
export { English, type EnglishModels, type ParseOptions } from './english.ts';
export { fetchEnglish } from './fetch-english.ts';
export { readDocument } from './read-document.ts';
export type { TriggerExplanation } from './triggers/trigger-tagger.ts';
export { extractTriplets } from './triplets/extract-triplets.ts';
