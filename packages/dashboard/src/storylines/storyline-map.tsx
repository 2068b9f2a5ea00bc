import { useState } from 'preact/hooks';
import type { StorylineMapView } from '../../../pawl/src/server/api/api.ts';
import { EntityArcs } from './entity-arcs.tsx';
import { litBy, type Pointed } from './lit.ts';
import { TimelineLanes } from './timeline-lanes.tsx';

/** When storylines were told and who stands in them, side by side: what one points at in one stands out in the other. */
export function StorylineMap({ batchId, map }: { batchId: string; map: StorylineMapView }) {
  const [pointed, point] = useState<Pointed>(null);
  const lit = litBy(map, pointed);
  return (
    <div class="storyline-map">
      <TimelineLanes batchId={batchId} map={map} lit={lit} point={point} />
      {map.entities.shown.length > 0 && <EntityArcs batchId={batchId} map={map} lit={lit} point={point} />}
    </div>
  );
}
