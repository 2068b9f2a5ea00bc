// A sink of one's own that takes storylines. Results are noted by id; storylines are replaced as a whole, because they change
// when documents come in.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { openBatch, type Sink, type Storyline } from 'pawl';

const [data = './pawl-data', file = './titles.txt'] = process.argv.slice(2);

const titles: Sink = {
  name: 'titles',
  recover: async () => 'ready',
  start: async () => ({ results: 0 }),
  write: async (results, { results: before }) => ({ results: Number(before) + results.length }),
  finish: async (position) => position,
  replaceStorylines: async (settled, position) => {
    const lines: string[] = [];
    for await (const json of settled.storylines()) {
      const { title, document_ids } = JSON.parse(json) as Storyline;
      lines.push(`${document_ids.join(' ')}: ${title}\n`);
    }
    await writeFile(`${file}.new`, lines.join(''), { flush: true });
    await rename(`${file}.new`, file); // readers see the old titles or the new ones
    return { ...position, settlement: settled.settlement };
  },
  check: async () => [],
  close: async () => undefined,
};

await using batch = await openBatch({ batchId: 'quakes', data, sinks: [titles] });
await batch.add([
  {
    id: 'first',
    title: 'Earthquake strikes Lorca, kills eight',
    date: '2011-05-11',
    text: 'An earthquake struck Lorca in Spain on Wednesday. Eight people were killed and the mayor of Lorca called for help.',
  },
  {
    id: 'second',
    title: 'Eight killed as earthquake strikes Lorca',
    date: '2011-05-12',
    text: 'Spain mourns eight people who were killed when an earthquake struck Lorca. The mayor of Lorca thanked the army.',
  },
  {
    id: 'other',
    title: 'Museum opens in Oslo',
    date: '2011-05-12',
    text: 'A new museum of Viking ships was opened in Oslo by the king.',
  },
]);
await batch.run();
console.log((await readFile(file, 'utf8')).trimEnd());
