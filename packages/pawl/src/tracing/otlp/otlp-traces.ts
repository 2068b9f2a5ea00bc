import { type Attributes, context, type Span, SpanStatusCode, type Tracer, trace as traces } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { ERROR_CATALOGUE, isErrorCode, messageOf } from '../../domain/errors.ts';
import type { DocumentTrace, StageTrace } from '../../engine/document-trace.ts';
import type { TraceOutput } from '../trace-output.ts';

/** Spans that wait for the collector at most, a few kilobytes each; beyond it they are dropped. */
const MAX_WAITING_SPANS = 8_192;
/** How long `close` waits for a collector. */
const PATIENCE_MS = 2_000;

/** Sends traces by OTLP over HTTP, as JSON. Headers, certificates, compression and resource attributes are those of the environment. */
export class OtlpTraces implements TraceOutput {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;

  /** @param url where traces are posted to */
  constructor(url: string) {
    const environment = detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'pawl' }).merge(environment),
      spanProcessors: [
        new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }), maxQueueSize: MAX_WAITING_SPANS }),
      ],
    });
    this.#tracer = this.#provider.getTracer('pawl');
  }

  tell(trace: DocumentTrace): void {
    const { batchId, documentId, attempts, outcome, stages } = trace;
    const root = this.#begin('document', trace, {
      'pawl.batch_id': batchId,
      'pawl.document_id': documentId,
      'pawl.outcome': outcome,
      'pawl.attempts': attempts,
    });
    for (const stage of stages) this.#tellStage(root, stage);
    end(root, trace);
  }

  async close(): Promise<string | null> {
    const patience = Promise.withResolvers<string>();
    const timer = setTimeout(
      () => patience.resolve(`the collector did not take them within ${PATIENCE_MS / 1000} s`),
      PATIENCE_MS,
    );
    const sent = this.#provider.shutdown().then(() => null, messageOf);
    const problem = await Promise.race([sent, patience.promise]);
    clearTimeout(timer);
    return problem;
  }

  #tellStage(root: Span, stage: StageTrace): void {
    end(this.#begin(stage.name, stage, attributesOf(stage), root), stage);
  }

  #begin(name: string, { startedAtMs }: DocumentTrace | StageTrace, attributes: Attributes, parent?: Span): Span {
    const within = parent === undefined ? context.active() : traces.setSpan(context.active(), parent);
    return this.#tracer.startSpan(name, { startTime: startedAtMs, attributes, root: parent === undefined }, within);
  }
}

function attributesOf(stage: StageTrace): Attributes {
  const { provider, model, outcome } = stage;
  return {
    'pawl.provider': provider,
    'pawl.outcome': outcome,
    ...(model === null ? {} : { 'pawl.model': model }),
    ...('attempts' in stage ? { 'pawl.attempts': stage.attempts } : {}),
    ...(outcome === 'done' ? { 'pawl.ms': stage.ms, 'pawl.cached': stage.cached } : {}),
  };
}

/** Ends a span, with its error as OpenTelemetry's conventions for exceptions have it; in the catalogue's words, not in the provider's. */
function end(span: Span, trace: DocumentTrace | StageTrace): void {
  if (trace.outcome === 'failed') {
    const { code, endedAtMs } = trace;
    const message = isErrorCode(code) ? ERROR_CATALOGUE[code].meaning : code;
    span.setAttribute('pawl.code', code);
    span.recordException({ name: code, message }, endedAtMs);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  }
  span.end(trace.endedAtMs);
}
