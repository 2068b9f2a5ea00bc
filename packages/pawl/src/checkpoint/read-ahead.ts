/** The same items; while one is used, the next is fetched. */
export async function* readAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const reader = items[Symbol.asyncIterator]();
  let next = reader.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = reader.next();
      yield value;
    }
  } finally {
    await next.catch(() => undefined); // it was thrown above, or nobody wants it any more
    await reader.return?.();
  }
}
