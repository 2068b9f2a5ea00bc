/** The language library without Node built-ins: give the content of the model files to `English.create`. */
export { type ConlluRange, type ConlluSentence, type ConlluWord, readConllu } from './conllu/conllu.ts';
export { toConlluSentences, writeConllu } from './conllu/write-conllu.ts';
export * from './document.ts';
export { renderDependencyTree } from './drawing/render-dependency-tree.ts';
export { English, type EnglishModels, type ParseOptions } from './english.ts';
export type { TriggerExplanation } from './triggers/trigger-tagger.ts';
export { extractTriplets } from './triplets/extract-triplets.ts';
