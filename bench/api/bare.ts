// What bench/api.ts measures against: one Fastify route that sends the text it was given.
import fastify from 'fastify';

const body = process.argv[2] ?? '';
const app = fastify();
app.get('/', (_request, reply) => reply.type('application/json; charset=utf-8').send(body));
console.error(await app.listen({ host: '127.0.0.1', port: 0 }));
