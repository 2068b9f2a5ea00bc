import { PawlError } from '../domain/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const OF_TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
const OF_ALL_SIGNALS = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/**
 * The address that OpenTelemetry's variables name for traces: the one for traces as it is, or the one for all signals with
 * `v1/traces` (OpenTelemetry specification, "OTLP Exporter Configuration"). Null where there is none, or OTEL_SDK_DISABLED is true.
 * @throws {PawlError} `invalid_setting` for what is no HTTP address
 */
export function tracesEndpoint(environment: Environment): string | null {
  if (environment.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return null;
  const ofTraces = environment[OF_TRACES]?.trim();
  if (ofTraces) return httpAddress(OF_TRACES, ofTraces).href;
  const ofAll = environment[OF_ALL_SIGNALS]?.trim();
  if (!ofAll) return null;
  const address = httpAddress(OF_ALL_SIGNALS, ofAll);
  address.pathname = `${address.pathname.replace(/\/$/, '')}/v1/traces`;
  return address.href;
}

/** The value may hold a password: it is not quoted. */
function httpAddress(variable: string, value: string): URL {
  const address = URL.canParse(value) ? new URL(value) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw new PawlError(
      'invalid_setting',
      `${variable} is not an HTTP address. Give one such as http://localhost:4318, or unset it to send no traces.`,
    );
  }
  return address;
}
