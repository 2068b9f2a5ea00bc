import { signal } from '@preact/signals';
import { chooseFiles } from './submission.ts';

const isOver = signal(false);

// The whole page takes files: nobody has to aim, and a file dropped beside a field does not replace the page.
addEventListener('dragover', (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  isOver.value = true;
});
addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) isOver.value = false;
});
addEventListener('drop', (event) => {
  isOver.value = false;
  if (!carriesFiles(event)) return;
  event.preventDefault();
  chooseFiles(event.dataTransfer?.files ?? []);
});

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

export function DropOverlay() {
  if (!isOver.value) return null;
  return (
    <div class="drop-overlay" aria-hidden="true">
      <p>Drop JSONL files to submit them</p>
    </div>
  );
}
