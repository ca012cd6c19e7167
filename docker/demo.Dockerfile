# The simulated devices of the demo, for the profile `demo` of docker/compose.yml. Nothing that anyone would deploy.

FROM docker.io/library/node:24-bookworm-slim AS installed
WORKDIR /repo
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npm install --global --allow-scripts=pnpm --no-audit --no-fund --no-update-notifier \
    "$(node -p 'require("./package.json").packageManager')"
COPY packages/simulators/package.json packages/simulators/
RUN pnpm install --frozen-lockfile --ignore-scripts --prod --filter @device-exporters/simulators
COPY tsconfig.base.json LICENSE ./
COPY packages/simulators/ packages/simulators/
COPY scripts/ scripts/
COPY apps/infrahub-exporter/queries/ apps/infrahub-exporter/queries/
# The link that installing everything would make: scripts import the simulators by their name.
RUN mkdir -p /state node_modules/@device-exporters \
    && ln -s ../../packages/simulators node_modules/@device-exporters/simulators

FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="device-exporters-demo" \
      org.opencontainers.image.description="Simulated devices for a demo of the exporters" \
      org.opencontainers.image.licenses=MIT
ENV NODE_ENV=production
COPY --from=installed /repo/ /repo/
COPY --from=installed --chown=65532:65532 /state/ /state/
WORKDIR /state
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/repo/scripts/demo/simulators.ts"]
CMD ["--folder", "/state"]
