# pawl as a server: docker build -t pawl . && docker run --rm -v pawl-data:/data pawl token create ops
#                   docker run -p 127.0.0.1:8321:8321 -v pawl-data:/data pawl
# Node runs the TypeScript itself, so nothing but the page is built. Every dependency's binary is inside its package: no script runs.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages packages
RUN npm install --ignore-scripts --no-audit --no-fund \
 && npm run build --workspace packages/dashboard \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf packages/*/test packages/nlp/training packages/nlp/evaluation

FROM node:24-bookworm-slim
ENV NODE_ENV=production PAWL_DATA=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY LICENSE ./
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8321
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8321/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The flag is that of packages/pawl/bin/node-flags.mjs.
ENTRYPOINT ["node", "--max-semi-space-size=4", "packages/pawl/bin/pawl.mjs"]
CMD ["serve", "--host", "0.0.0.0"]
