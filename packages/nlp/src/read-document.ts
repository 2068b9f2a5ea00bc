import type { Document, Entity, Sentence, Token } from './document.ts';

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isIndex: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const isOptionalString: Check = (value) => value === undefined || isString(value);

const SPAN = { text: isString, start: isIndex, end: isIndex };
const TOKEN: Readonly<Record<keyof Token, Check>> = {
  ...SPAN,
  index: isIndex,
  clitic: (value) => value === undefined || typeof value === 'boolean',
  upos: isString,
  xpos: isString,
  lemma: isString,
  feats: isOptionalString,
  head: (value) => Number.isInteger(value) && (value as number) >= -1,
  deprel: isString,
};
const ENTITY: Readonly<Record<keyof Entity, Check>> = {
  ...SPAN,
  type: isString,
  confidence: (value) => typeof value === 'number',
  normalizedForm: isOptionalString,
  id: isOptionalString,
};
const SENTENCE: Readonly<Record<keyof Sentence, Check>> = {
  index: isIndex,
  start: isIndex,
  end: isIndex,
  tokens: Array.isArray,
};

/**
 * A document out of the JSON that `JSON.stringify(document)` gave.
 * @throws {TypeError} naming the place where it is no document: a field that is missing or of the wrong kind, a span that
 *   says something else than the text, a head outside its sentence
 */
export function readDocument(json: string): Document {
  const document: unknown = JSON.parse(json);
  const {
    text,
    sentences,
    entities = [],
  } = requireFields<Document>(document, 'document', {
    text: isString,
    sentences: Array.isArray,
    entities: (value) => value === undefined || Array.isArray(value),
  });
  sentences.forEach((sentence, s) => {
    checkSentence(text, sentence, s);
  });
  entities.forEach((entity, e) => {
    requireFields(entity, `entities[${e}]`, ENTITY);
    requireTrueSpan(text, entity, `entities[${e}]`);
  });
  return { text, sentences, entities };
}

function checkSentence(text: string, sentence: Sentence, s: number): void {
  const place = `sentences[${s}]`;
  const { tokens } = requireFields<Sentence>(sentence, place, SENTENCE);
  requireThat(sentence.index === s, `${place}.index`, `${s}`);
  tokens.forEach((token, t) => {
    const at = `${place}.tokens[${t}]`;
    requireFields(token, at, TOKEN);
    requireTrueSpan(text, token, at);
    requireThat(token.index === t, `${at}.index`, `${t}`);
    requireThat(token.head < tokens.length, `${at}.head`, `less than ${tokens.length}, the number of words`);
  });
}

function requireFields<T>(value: unknown, place: string, fields: Readonly<Record<keyof T, Check>>): T {
  requireThat(typeof value === 'object' && value !== null, place, 'an object');
  for (const [name, check] of Object.entries<Check>(fields)) {
    requireThat(check((value as Record<string, unknown>)[name]), `${place}.${name}`, 'what documents have there');
  }
  return value as T;
}

function requireTrueSpan(text: string, span: Pick<Token, 'text' | 'start' | 'end'>, place: string): void {
  requireThat(text.slice(span.start, span.end) === span.text, `${place}.text`, 'what the text says there');
}

function requireThat(holds: boolean, place: string, expected: string): void {
  if (!holds) throw new TypeError(`This is no document of @pawl/nlp: ${place} must be ${expected}.`);
}
