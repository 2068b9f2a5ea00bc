import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sentence, Token, Triplet, Upos } from '../src/document.ts';
import { extractTriplets } from '../src/triplets/extract-triplets.ts';

/** A parsed sentence from rows `form UPOS XPOS head deprel`, heads counted from 1; forms are joined by spaces. */
function parsed(rows: string): { text: string; sentences: Sentence[] } {
  let text = '';
  const tokens = rows
    .trim()
    .split('\n')
    .map((row, index): Token => {
      const [form = '', upos = 'X', xpos = '', head = '0', deprel = 'dep'] = row.trim().split(/\s+/);
      const start = text.length + (index === 0 ? 0 : 1);
      text = index === 0 ? form : `${text} ${form}`;
      return {
        index,
        text: form,
        start,
        end: text.length,
        upos: upos as Upos,
        xpos,
        lemma: form,
        head: Number(head) - 1,
        deprel,
      };
    });
  return { text, sentences: [{ index: 0, start: 0, end: text.length, tokens }] };
}

const shown = (triplets: readonly Triplet[]): string[] =>
  triplets.map(({ subject, action, object }) => `${subject.text} | ${action.text} | ${object.text}`);

function triplets(rows: string): string[] {
  const { text, sentences } = parsed(rows);
  return shown(extractTriplets(text, sentences));
}

describe('triplets of a clause', () => {
  test('active: negation and auxiliaries stay with the action, phrases are whole', () => {
    expect(
      triplets(`The DET DT 3 det
        new ADJ JJ 3 amod
        minister NOUN NN 6 nsubj
        did AUX VBD 6 aux
        not PART RB 6 advmod
        sign VERB VB 0 root
        the DET DT 8 det
        treaty NOUN NN 6 obj
        with ADP IN 10 case
        Iran PROPN NNP 8 nmod
        . PUNCT . 6 punct`),
    ).toEqual(['The new minister | did not sign | the treaty with Iran']);
  });

  test('passive: what undergoes the action is the subject, the agent its object', () => {
    expect(
      triplets(`Eleven NUM CD 2 nummod
        men NOUN NNS 4 nsubj:pass
        were AUX VBD 4 aux:pass
        killed VERB VBN 0 root
        by ADP IN 6 case
        snipers NOUN NNS 4 obl:agent`),
    ).toEqual(['Eleven men | were killed by | snipers']);
  });

  test('copular: the predicate is the object', () => {
    expect(
      triplets(`She PRON PRP 5 nsubj
        is AUX VBZ 5 cop
        not PART RB 5 advmod
        a DET DT 5 det
        doctor NOUN NN 0 root`),
    ).toEqual(['She | is not | a doctor']);
  });

  test('conjoined subjects, verbs and objects are told apart', () => {
    expect(
      triplets(`Ann PROPN NNP 4 nsubj
        and CCONJ CC 3 cc
        Bob PROPN NNP 1 conj
        bought VERB VBD 0 root
        tea NOUN NN 4 obj
        and CCONJ CC 7 cc
        sold VERB VBD 4 conj
        milk NOUN NN 7 obj`),
    ).toEqual(['Ann | bought | tea', 'Bob | bought | tea', 'Ann | sold | milk', 'Bob | sold | milk']);
  });

  test('relative: the pronoun stands for its noun, as subject and as object', () => {
    expect(
      triplets(`The DET DT 2 det
        firm NOUN NN 6 nsubj
        that PRON WDT 4 nsubj
        makes VERB VBZ 2 acl:relcl
        cars NOUN NNS 4 obj
        hired VERB VBD 0 root
        the DET DT 8 det
        man NOUN NN 6 obj
        I PRON PRP 10 nsubj
        know VERB VBP 8 acl:relcl`),
    ).toEqual(['The firm | makes | cars', 'The firm | hired | the man', 'I | know | the man']);
  });

  test('controlled: the subject comes from the clause above, the verbs make one action', () => {
    expect(
      triplets(`He PRON PRP 2 nsubj
        wants VERB VBZ 0 root
        to PART TO 4 mark
        leave VERB VB 2 xcomp
        Paris PROPN NNP 4 obj`),
    ).toEqual(['He | wants to leave | Paris']);
  });

  test('prepositional: a preposition beside the verb joins it, elsewhere its object; times are no objects', () => {
    expect(
      triplets(`They PRON PRP 2 nsubj
        met VERB VBD 0 root
        with ADP IN 5 case
        the DET DT 5 det
        king NOUN NN 2 obl
        in ADP IN 7 case
        Oslo PROPN NNP 2 obl
        on ADP IN 9 case
        Monday PROPN NNP 2 obl`),
    ).toEqual(['They | met with | the king', 'They | met | in Oslo']);
  });

  test('reported speech: the clause is the object', () => {
    expect(
      triplets(`He PRON PRP 2 nsubj
        said VERB VBD 0 root
        prices NOUN NNS 4 nsubj
        fell VERB VBD 2 ccomp`),
    ).toEqual(['He | said | prices fell']);
  });

  test('there is nothing to say without a verb, a subject or a tree', () => {
    expect(triplets('Headlines NOUN NNS 0 root')).toEqual([]);
    expect(triplets('Go VERB VB 0 root\nhome NOUN NN 1 obj')).toEqual([]);
    expect(extractTriplets('', [])).toEqual([]);
  });
});

describe('negation and modality', () => {
  /** `negated modality` of the triplets of a clause. */
  function moods(rows: string): string[] {
    const { text, sentences } = parsed(rows);
    return extractTriplets(text, sentences).map(({ negated, modality }) => `${negated} ${modality}`);
  }
  const clause = (...words: string[]) => moods(words.join('\n'));

  test('a plain statement has neither', () => {
    expect(clause('She PRON PRP 2 nsubj', 'left VERB VBD 0 root', 'Paris PROPN NNP 2 obj')).toEqual(['false null']);
  });

  test('a negation word, a negative subject and a negative object deny', () => {
    expect(
      clause('She PRON PRP 3 nsubj', 'never ADV RB 3 advmod', 'left VERB VBD 0 root', 'Paris PROPN NNP 3 obj'),
    ).toEqual(['true null']);
    expect(clause('Nobody PRON NN 2 nsubj', 'left VERB VBD 0 root', 'Paris PROPN NNP 2 obj')).toEqual(['true null']);
    expect(
      clause('They PRON PRP 2 nsubj', 'reached VERB VBD 0 root', 'no DET DT 4 det', 'agreement NOUN NN 2 obj'),
    ).toEqual(['true null']);
  });

  test('"no longer" denies, "longer" alone does not', () => {
    const rows = (first: string) => [
      'He PRON PRP 4 nsubj',
      `${first} ADV RB 3 advmod`,
      'longer ADV RBR 4 advmod',
      'runs VERB VBZ 0 root',
      'it PRON PRP 4 obj',
    ];
    expect(clause(...rows('no'))).toEqual(['true null']);
    expect(clause(...rows('much'))).toEqual(['false null']);
  });

  test('a modal is told by its lemma, in passive and copular clauses too', () => {
    expect(
      clause('She PRON PRP 3 nsubj', 'must AUX MD 3 aux', 'leave VERB VB 0 root', 'Paris PROPN NNP 3 obj'),
    ).toEqual(['false must']);
    expect(
      clause(
        'It PRON PRP 4 nsubj:pass',
        'may AUX MD 4 aux',
        'be AUX VB 4 aux:pass',
        'signed VERB VBN 0 root',
        'by ADP IN 6 case',
        'him PRON PRP 4 obl:agent',
      ),
    ).toEqual(['false may']);
    expect(
      clause('He PRON PRP 5 nsubj', 'could AUX MD 5 aux', 'be AUX VB 5 cop', 'a DET DT 5 det', 'doctor NOUN NN 0 root'),
    ).toEqual(['false could']);
  });

  test('what is wished or tried is told by the verb above, and denied with it', () => {
    expect(
      clause(
        'He PRON PRP 4 nsubj',
        'did AUX VBD 4 aux',
        'not PART RB 4 advmod',
        'want VERB VB 0 root',
        'to PART TO 6 mark',
        'leave VERB VB 4 xcomp',
        'Paris PROPN NNP 6 obj',
      ),
    ).toEqual(['true want']);
  });

  test('a condition is told by "if"', () => {
    expect(
      clause(
        'We PRON PRP 2 nsubj',
        'go VERB VBP 0 root',
        'if SCONJ IN 5 mark',
        'they PRON PRP 5 nsubj',
        'sign VERB VBP 2 advcl',
        'it PRON PRP 5 obj',
      ),
    ).toEqual(['false if']);
  });
});

describe('laws of triplets', () => {
  const relations = [
    'nsubj',
    'nsubj:pass',
    'obj',
    'obl',
    'conj',
    'xcomp',
    'ccomp',
    'acl:relcl',
    'acl',
    'advcl',
    'cop',
    'aux',
    'case',
    'nmod',
    'punct',
    'root',
  ];
  const rows = fc.array(
    fc.record({
      form: fc.constantFrom('a', 'who', 'by', 'Monday', 'not', '.', 'word'),
      upos: fc.constantFrom<Upos>('VERB', 'NOUN', 'PRON', 'PUNCT', 'ADP', 'AUX'),
      xpos: fc.constantFrom('VBN', 'VBG', 'NN'),
      head: fc.integer({ min: -3, max: 40 }),
      deprel: fc.constantFrom(...relations),
    }),
    { minLength: 1, maxLength: 40 },
  );

  test('any heads, cycles and broken ones too, give true spans that do not overlap within a triplet', () => {
    fc.assert(
      fc.property(rows, (tokens) => {
        const lines = tokens.map(({ form, upos, xpos, head, deprel }) => `${form} ${upos} ${xpos} ${head} ${deprel}`);
        const { text, sentences } = parsed(lines.join('\n'));
        for (const { subject, action, object, confidence } of extractTriplets(text, sentences)) {
          const phrases = [subject, action, object];
          for (const phrase of phrases) expect(text.slice(phrase.start, phrase.end)).toBe(phrase.text);
          const sorted = phrases.toSorted((a, b) => a.start - b.start);
          expect(sorted[0]!.end).toBeLessThanOrEqual(sorted[1]!.start);
          expect(sorted[1]!.end).toBeLessThanOrEqual(sorted[2]!.start);
          expect(confidence).toBeGreaterThan(0);
          expect(confidence).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  // A ratio of two times, on a machine that may be busy with other things just then.
  test('a sentence of thousands of words in one chain takes no more than its length', { retry: 5 }, () => {
    const chainOf = (words: number) =>
      parsed(Array.from({ length: words }, (_, i) => `w VERB VBD ${i} ${i % 2 === 0 ? 'conj' : 'nsubj'}`).join('\n'));
    const measure = ({ text, sentences }: ReturnType<typeof parsed>) => {
      const started = performance.now();
      extractTriplets(text, sentences);
      return performance.now() - started;
    };
    const [short, long] = [chainOf(1000), chainOf(8000)];
    measure(short);
    expect(measure(long) / Math.min(measure(short), measure(short))).toBeLessThan(8 * 6);
  });
});
