import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchReport } from './batch-report.ts';
import { reportPage } from './report-page.ts';

export interface WrittenReport {
  readonly page: string;
  readonly json: string;
}

/** Writes `report.html` and `report.json` into the folder of a batch; each appears whole or not at all. */
export async function writeReport(report: BatchReport, folder: string): Promise<WrittenReport> {
  const page = join(folder, 'report.html');
  const json = join(folder, 'report.json');
  await writeWhole(page, reportPage(report));
  await writeWhole(json, `${JSON.stringify(report, null, 2)}\n`);
  return { page, json };
}

async function writeWhole(path: string, content: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  await writeFile(partial, content);
  await rename(partial, path);
}
