import { once } from 'node:events';
import { ModelServer } from '../../packages/pawl/test/models/model-server.ts';
import { SERVERS, type ServerName } from './servers.ts';

// The process that llm-flow.ts starts for a server: says its address, and at the end what it counted.

const server = await ModelServer.start(SERVERS[process.argv[2] as ServerName].options);
process.send?.(server.url);
await once(process, 'message');
process.send?.({ refused: server.refused, requests: server.requests.length });
await server.close();
process.disconnect();
