import { EventClustering } from '../src/storylines/coreference.ts';
import type { DocumentSketch } from '../src/storylines/document-sketch.ts';
import type { LinkWeights } from '../src/storylines/link-weights.ts';
import { StoryGraph } from '../src/storylines/story-graph.ts';
import { eventsInOrder } from '../src/storylines/time-order.ts';
import type { Clustering } from './clustering-metrics.ts';

/** The story that linking puts each document into, those alone in one of their own. */
export function predictStories(sketches: readonly DocumentSketch[], weights: LinkWeights): Clustering {
  const profiles = new Map(sketches.entries());
  const graph = new StoryGraph(weights);
  const adding = graph.add(sketches.map(({ documentId, day, keys }, id) => ({ id, documentId, day, keys })));
  while (adding.next(profiles).done !== true);
  return new Map(
    graph.stories().flatMap(({ nodes }) => nodes.map(({ documentId }) => [documentId, nodes[0]!.documentId] as const)),
  );
}

/** The cluster that linking puts each event into, within the stories it finds. */
export function predictCoreference(sketches: readonly DocumentSketch[], weights: LinkWeights): Clustering {
  const stories = predictStories(sketches, weights);
  const clustering = new EventClustering(weights);
  const clusters = new Map<string, string>();
  for (const [story, documents] of Map.groupBy(sketches, ({ documentId }) => stories.get(documentId)!)) {
    const events = eventsInOrder(documents);
    const { labels } = clustering.cluster(events, Int32Array.from(events.keys()));
    events.forEach(({ event }, i) => {
      clusters.set(event.eventId, `${story} ${labels[i]}`);
    });
  }
  return clusters;
}
