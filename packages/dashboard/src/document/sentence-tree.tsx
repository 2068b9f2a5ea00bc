import type { Parse } from '../../../pawl/src/server/api/api.ts';
import { count } from '../format/quantity.ts';
import { Empty, WhenLoaded } from '../shell/states.tsx';
import { useLoaded } from '../shell/use-loaded.ts';
import { DependencyTree } from './dependency-tree.tsx';

interface SentenceTreeProps {
  readonly load: (signal: AbortSignal) => Promise<Parse>;
  /** What document this is. */
  readonly name: string;
  /** The tree shown is that of the sentence here. */
  readonly atChar: number;
  readonly onMove: (atChar: number) => void;
}

/** The dependency tree of one sentence of the text, with the way to its neighbours. */
export function SentenceTree({ load, name, atChar, onMove }: SentenceTreeProps) {
  const [loaded, reload] = useLoaded(`parse ${name}`, load);
  return (
    <section class="card sentence" aria-label="Dependency tree of a sentence">
      <WhenLoaded loaded={loaded} retry={reload}>
        {({ sentences }) => {
          if (sentences.length === 0) return <Empty>There is no sentence in this text.</Empty>;
          const index = sentenceAt(sentences, atChar);
          const move = (to: number) => {
            const sentence = sentences[to];
            if (sentence !== undefined) onMove(sentence.start_char);
          };
          return (
            <>
              <div class="group-head">
                <h2>
                  Sentence {count(index + 1)} of {count(sentences.length)}
                </h2>
                <span class="muted">click in the text to see another</span>
                <button
                  type="button"
                  class="button button-small"
                  aria-label="Sentence before"
                  disabled={index === 0}
                  onClick={() => move(index - 1)}
                >
                  ←
                </button>
                <button
                  type="button"
                  class="button button-small"
                  aria-label="Next sentence"
                  disabled={index === sentences.length - 1}
                  onClick={() => move(index + 1)}
                >
                  →
                </button>
              </div>
              <DependencyTree tokens={sentences[index]!.tokens} />
            </>
          );
        }}
      </WhenLoaded>
    </section>
  );
}

/** The last sentence that begins at or before a place; the first one before that. */
function sentenceAt(sentences: Parse['sentences'], atChar: number): number {
  return Math.max(
    0,
    sentences.findLastIndex(({ start_char }) => start_char <= atChar),
  );
}
