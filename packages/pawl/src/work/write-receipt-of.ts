import { sinkFiles } from '../composition.ts';
import { systemClock } from '../engine/system-clock.ts';
import type { Receipt } from '../receipt/receipt.ts';
import { writeReceipt } from '../receipt/write-receipt.ts';
import type { BatchAtHand } from './batch-at-hand.ts';

/** Writes the receipt of a batch into its folder. */
export async function writeReceiptOf({ checkpoint, folder }: BatchAtHand): Promise<Receipt> {
  const { settings } = await checkpoint.batch();
  return writeReceipt(checkpoint, folder, sinkFiles(settings, folder), systemClock.now());
}
