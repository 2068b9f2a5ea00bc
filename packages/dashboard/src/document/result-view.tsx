import { useMemo, useState } from 'preact/hooks';
import type { DocumentResult } from '../../../pawl/src/domain/result.ts';
import type { Parse } from '../../../pawl/src/server/api/api.ts';
import { count } from '../format/quantity.ts';
import { type Shortcut, useShortcuts } from '../shell/shortcuts.ts';
import { AnnotatedText } from './annotated-text.tsx';
import { FindingLists } from './finding-lists.tsx';
import { findingsOf, LAYERS, type Layer } from './marks.ts';
import { SentenceTree } from './sentence-tree.tsx';
import { StageFacts } from './stage-facts.tsx';

interface ResultViewProps {
  readonly result: DocumentResult;
  /** Asks for the sentences; null where they cannot be had. */
  readonly loadParse: ((signal: AbortSignal) => Promise<Parse>) | null;
}

/** A result beside its text: choose what is shown, look at one finding, see a sentence's tree. */
export function ResultView({ result, loadParse }: ResultViewProps) {
  const [layers, setLayers] = useState<ReadonlySet<Layer>>(new Set(['entities', 'events']));
  const [selected, setSelected] = useState<string | null>(null);
  const [atChar, setAtChar] = useState(0);
  const findings = useMemo(() => findingsOf(result, layers, selected), [result, layers, selected]);
  const toggle = (layer: Layer) =>
    setLayers((shown) => (shown.has(layer) ? shown.difference(new Set([layer])) : new Set([...shown, layer])));
  const pick = (item: string | null, at: number) => {
    setSelected(item);
    setAtChar(at);
  };
  useShortcuts(
    'This document',
    LAYERS.map(
      (layer, i): Shortcut => ({ key: String(i + 1), does: `Show or hide ${layer}`, run: () => toggle(layer) }),
    ),
  );
  const counts = {
    entities: result.extracted_entities.length,
    events: result.events.length,
    triplets: result.extracted_soa_triplets.length,
  };
  return (
    <div class="result">
      <div class="reading">
        <section class="card" aria-label="Text">
          <fieldset class="layers">
            <legend class="visually-hidden">Shown in the text</legend>
            {LAYERS.map((layer) => (
              <label key={layer} class={`layer layer-${layer}`}>
                <input type="checkbox" checked={layers.has(layer)} onChange={() => toggle(layer)} />
                {layer} <span class="count">{count(counts[layer])}</span>
              </label>
            ))}
          </fieldset>
          <AnnotatedText text={result.original_text} findings={findings} selected={selected} onPick={pick} />
        </section>
        <FindingLists result={result} selected={selected} onPick={pick} />
      </div>
      {loadParse !== null && (
        <SentenceTree
          load={loadParse}
          name={`${result.job_id} ${result.document_id}`}
          atChar={atChar}
          onMove={setAtChar}
        />
      )}
      <StageFacts result={result} />
    </div>
  );
}
