import { useState } from 'preact/hooks';
import type { DocumentResult } from '../../../pawl/src/domain/result.ts';
import { processText } from '../api/jobs.ts';
import { attempt } from '../shell/notices.tsx';
import { usePageTitle } from '../shell/use-page-title.ts';
import { ResultView } from './result-view.tsx';

const EXAMPLE =
  'Police arrested three men in Paris on Monday after a bomb exploded near the Gare de Lyon. President Emmanuel Macron met the Mayor, Anne Hidalgo, and announced a new security policy.';

/** One text through the pipeline, at once and in no batch. */
export function TryPage() {
  usePageTitle('Try a text');
  const [text, setText] = useState(EXAMPLE);
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<DocumentResult | null>(null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    await attempt(async () => {
      setResult(await processText(text));
      return null;
    });
    setBusy(false);
  };
  return (
    <main id="main" class="page try">
      <h1>Try a text</h1>
      <form class="card form" onSubmit={submit}>
        <label class="field">
          <span>A text in English; it goes to this server only, and is not kept.</span>
          <textarea value={text} required onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <div class="dialog-actions">
          <button type="submit" class="button button-primary" disabled={isBusy}>
            {isBusy ? 'Working …' : 'Process it'}
          </button>
        </div>
      </form>
      {result !== null && <ResultView key={result.processed_at} result={result} loadParse={null} />}
    </main>
  );
}
