/** The same items; while one is used, the next is fetched. */
export async function* readAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const reader = items[Symbol.asyncIterator]();
  const fetch = () => {
    const item = reader.next();
    item.catch(() => undefined); // it is thrown when it is this item's turn, and nobody waits for it before
    return item;
  };
  let next = fetch();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = fetch();
      yield value;
    }
  } finally {
    await reader.return?.(); // behind what is being fetched
  }
}
