import type { Submission } from '../../../pawl/src/server/api/api.ts';
import { ApiError, apiPath, authorization, refusal } from '../api/http.ts';

/**
 * Streams a file of JSON lines to a batch; the browser reads it piece by piece, so its size does not matter. What the server took
 * before a break stays, and sending the file again adds the rest. Not by `fetch`, which tells nothing of its progress.
 * @param onProgress bytes sent so far
 * @throws {ApiError}
 */
export function upload(
  batchId: string,
  file: Blob,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<Submission> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', apiPath(['batches', batchId, 'documents']));
    request.setRequestHeader('content-type', 'application/x-ndjson');
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Submission);
      else reject(refusal(request.status, request.responseText));
    };
    request.onerror = () =>
      reject(new ApiError(0, 'The connection broke off. Submit the file again: what has arrived is kept.'));
    request.onabort = () => reject(new ApiError(0, 'Cancelled. What has arrived is kept.'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
