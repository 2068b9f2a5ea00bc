import type { DocumentResult } from '../../../pawl/src/domain/result.ts';
import { count } from '../format/quantity.ts';
import { timeSpan } from '../format/time.ts';

/** Who did what on the document, how long it took and what it used. */
export function StageFacts({ result }: { result: DocumentResult }) {
  const stages = Object.entries(result.processing_metadata.stages);
  return (
    <section class="card" aria-label="Stages">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">Provider</th>
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col" class="number">
              Tokens
            </th>
            <th scope="col" class="number">
              Attempts
            </th>
          </tr>
        </thead>
        <tbody>
          {stages.map(([name, { provider, model, ms, tokens, cached, attempts }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                {provider} {model !== null && <span class="muted">{model}</span>}{' '}
                {cached && <span class="count">from the cache</span>}
              </td>
              <td class="number">{timeSpan(ms)}</td>
              <td class="number">{tokens === null ? '–' : count(tokens)}</td>
              <td class="number">{count(attempts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <details>
        <summary>The result as JSON</summary>
        <pre>{JSON.stringify(result, null, 2)}</pre>
      </details>
    </section>
  );
}
