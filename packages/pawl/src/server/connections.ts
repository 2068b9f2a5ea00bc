import type { Server } from 'node:http';

/** How long a client may take for the answer it is getting when the server shuts down. */
const PATIENCE_MS = 5_000;
const POLL_MS = 20;

/** Knows which requests are being answered, so that a shutdown waits for them and for no connection beside. */
export class Connections {
  readonly #server: Server;
  #answering = 0;

  constructor(server: Server) {
    this.#server = server;
    server.on('request', (_request, response) => {
      this.#answering += 1;
      response.once('close', () => {
        this.#answering -= 1;
      });
    });
  }

  /** Closes with `close`, which must take no new connections; cuts off what is quiet, and in the end what is slow. */
  async close(close: () => Promise<void>): Promise<void> {
    const startedAtMs = performance.now();
    const closing = setInterval(() => {
      const isLate = performance.now() - startedAtMs > PATIENCE_MS;
      if (this.#answering === 0 || isLate) this.#server.closeAllConnections();
    }, POLL_MS);
    await close().finally(() => clearInterval(closing));
  }
}
