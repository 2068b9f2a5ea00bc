import type { Sentence, Token } from '../document.ts';

/** The relation without its subtype: `nsubj` of `nsubj:pass`. */
export function baseRelation(deprel: string): string {
  const colon = deprel.indexOf(':');
  return colon < 0 ? deprel : deprel.slice(0, colon);
}

/** A sentence's dependency tree with its children at hand. Heads out of range count as roots. */
export class ClauseTree {
  readonly tokens: readonly Token[];
  readonly #children: readonly (readonly Token[])[];

  constructor(sentence: Sentence) {
    this.tokens = sentence.tokens;
    const children: Token[][] = sentence.tokens.map(() => []);
    for (const token of sentence.tokens) if (token.head !== token.index) children[token.head]?.push(token);
    this.#children = children;
  }

  /** Children in the order of the text. */
  childrenOf(token: Token): readonly Token[] {
    return this.#children[token.index] ?? [];
  }

  /** Children whose relation without subtype is one of `relations`. */
  childrenBy(token: Token, ...relations: readonly string[]): Token[] {
    return this.childrenOf(token).filter((child) => relations.includes(baseRelation(child.deprel)));
  }

  headOf(token: Token): Token | undefined {
    return this.tokens[token.head];
  }

  /** The token and what is conjoined with it. */
  withConjuncts(token: Token): Token[] {
    return [token, ...this.childrenBy(token, 'conj')];
  }
}
