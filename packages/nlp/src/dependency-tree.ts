import type { Sentence, Token } from './document.ts';

/** The relation without its subtype: `nsubj` of `nsubj:pass`. */
export function baseRelation(deprel: string): string {
  const colon = deprel.indexOf(':');
  return colon < 0 ? deprel : deprel.slice(0, colon);
}

/** A sentence's dependency tree with its children at hand, made in one pass. Heads out of range count as roots. */
export class DependencyTree {
  readonly tokens: readonly Token[];
  readonly #children: readonly (readonly Token[])[];

  constructor({ tokens }: Pick<Sentence, 'tokens'>) {
    this.tokens = tokens;
    const children: Token[][] = tokens.map(() => []);
    for (const token of tokens) if (token.head !== token.index) children[token.head]?.push(token);
    this.#children = children;
  }

  /** What hangs on nothing: of a parsed sentence, one word. */
  get roots(): Token[] {
    return this.tokens.filter((token) => this.headOf(token) === undefined);
  }

  /** Undefined for a root. */
  headOf({ head, index }: Token): Token | undefined {
    return head === index ? undefined : this.tokens[head];
  }

  /** Children in the order of the text. */
  childrenOf(token: Token): readonly Token[] {
    return this.#children[token.index] ?? [];
  }

  /** Children whose relation without subtype is one of `relations`. */
  childrenBy(token: Token, ...relations: readonly string[]): Token[] {
    return this.childrenOf(token).filter((child) => relations.includes(baseRelation(child.deprel)));
  }

  /** The token and what is conjoined with it. */
  withConjuncts(token: Token): Token[] {
    return [token, ...this.childrenBy(token, 'conj')];
  }

  /** The token with all that hangs on it, however deep, in the order of the text. */
  subtreeOf(token: Token): Token[] {
    const seen = new Set([token]);
    for (const member of seen) for (const child of this.childrenOf(member)) seen.add(child);
    return [...seen].sort((a, b) => a.index - b.index);
  }
}
