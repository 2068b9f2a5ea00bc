import { dollarText } from '../../../pawl/src/domain/usage.ts';
import type { Job } from '../../../pawl/src/server/api/api.ts';
import { count } from '../format/quantity.ts';

/** What language models took, by model; nothing where none was asked. */
export function Cost({ job }: { job: Job }) {
  if (job.usage.length === 0) return null;
  return (
    <section class="card cost" aria-label="Cost">
      <h2>
        Cost <strong>{job.cost === null ? 'unknown' : dollarText(job.cost)}</strong>{' '}
        <span class="count">{count(job.tokens)} tokens</span>
      </h2>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="number">
              Requests
            </th>
            <th scope="col" class="number">
              Tokens in
            </th>
            <th scope="col" class="number">
              Tokens out
            </th>
            <th scope="col" class="number">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {job.usage.map((usage) => (
            <tr key={`${usage.provider} ${usage.model}`}>
              <th scope="row">
                {usage.model} <span class="muted">{usage.provider}</span>
              </th>
              <td class="number">{count(usage.requests)}</td>
              <td class="number">{count(usage.input_tokens)}</td>
              <td class="number">{count(usage.output_tokens)}</td>
              <td class="number">{usage.cost === null ? 'no price known' : dollarText(usage.cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
