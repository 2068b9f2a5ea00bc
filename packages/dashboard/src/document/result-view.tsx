import { useMemo, useState } from 'preact/hooks';
import type { DocumentResult } from '../../../pawl/src/domain/result.ts';
import { count } from '../format/quantity.ts';
import { type Shortcut, useShortcuts } from '../shell/shortcuts.ts';
import { AnnotatedText } from './annotated-text.tsx';
import { FindingLists } from './finding-lists.tsx';
import { findingsOf, LAYERS, type Layer } from './marks.ts';
import { StageFacts } from './stage-facts.tsx';

interface ResultViewProps {
  readonly result: DocumentResult;
}

/** A result beside its text: choose what is shown, look at one finding. */
export function ResultView({ result }: ResultViewProps) {
  const [layers, setLayers] = useState<ReadonlySet<Layer>>(new Set(['entities', 'events']));
  const [selected, setSelected] = useState<string | null>(null);
  const findings = useMemo(() => findingsOf(result, layersWith(layers, selected)), [result, layers, selected]);
  const toggle = (layer: Layer) =>
    setLayers((shown) => (shown.has(layer) ? shown.difference(new Set([layer])) : new Set([...shown, layer])));
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
      <section class="card result-text" aria-label="Text">
        <fieldset class="layers">
          <legend class="visually-hidden">Shown in the text</legend>
          {LAYERS.map((layer) => (
            <label key={layer} class={`layer layer-${layer}`}>
              <input type="checkbox" checked={layers.has(layer)} onChange={() => toggle(layer)} />
              {layer} <span class="count">{count(counts[layer])}</span>
            </label>
          ))}
        </fieldset>
        <AnnotatedText text={result.original_text} findings={findings} selected={selected} onPick={setSelected} />
      </section>
      <FindingLists result={result} selected={selected} onPick={setSelected} />
      <StageFacts result={result} />
    </div>
  );
}

/** What is looked at is shown, also where its layer is not. */
function layersWith(layers: ReadonlySet<Layer>, selected: string | null): ReadonlySet<Layer> {
  const layer = { entity: 'entities', event: 'events', triplet: 'triplets' }[selected?.split(':')[0] ?? ''] as
    | Layer
    | undefined;
  return layer === undefined ? layers : layers.union(new Set([layer]));
}
