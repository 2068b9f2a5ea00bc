/** How a form becomes its lemma: lower-cased or not, `cut` units off its end, `add` put there. */
export interface LemmaRule {
  readonly lower: boolean;
  readonly cut: number;
  readonly add: string;
}

/** The rule that leads from `form` to `lemma`, lower-casing unless the case is needed. */
export function lemmaRuleFor(form: string, lemma: string): LemmaRule {
  const lower = form.toLowerCase();
  const kept = commonPrefix(form, lemma);
  const lowered = commonPrefix(lower, lemma);
  const useLower = lowered >= kept && lower.length === form.length;
  const shared = useLower ? lowered : kept;
  return { lower: useLower, cut: form.length - shared, add: lemma.slice(shared) };
}

export function applyLemmaRule({ lower, cut, add }: LemmaRule, form: string): string {
  const cased = lower ? form.toLowerCase() : form;
  const lemma = cased.slice(0, Math.max(0, cased.length - cut)) + add;
  return lemma === '' ? form : lemma;
}

function commonPrefix(a: string, b: string): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}
