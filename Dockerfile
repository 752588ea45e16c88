# The daemon in a container: docs/installing.md. (--target first-receipt: the clients of compose.yaml.)
FROM node:20-bookworm-slim AS build
# For better-sqlite3, where no ready-made library can be downloaded; it is compiled with the headers of this Node.
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ make python3 \
 && rm -rf /var/lib/apt/lists/*
ENV npm_config_nodedir=/usr/local
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/bundle.mjs /bundle

FROM build AS first-receipt
USER node
ENTRYPOINT ["node", "dist/demo/first-receipt.js"]

FROM node:20-bookworm-slim
COPY --from=build /bundle /usr/lib/xmpp-receipts
RUN ln -s /usr/lib/xmpp-receipts/dist/xmpp-receipts.js /usr/local/bin/xmpp-receipts \
 && chmod 755 /usr/lib/xmpp-receipts/dist/xmpp-receipts.js \
 && install -d -m 0700 -o node -g node /var/lib/xmpp-receipts
ENV XMPP_RECEIPTS_STORE=sqlite:/var/lib/xmpp-receipts/receipts.db \
    XMPP_RECEIPTS_HTTP_SOCKET=/var/lib/xmpp-receipts/receipts.sock
USER node
WORKDIR /var/lib/xmpp-receipts
VOLUME /var/lib/xmpp-receipts
# It lives. Whether it is connected says `xmpp-receipts status`: a server that is away is no reason to start it anew.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "-e", "require('node:http').get({ socketPath: process.env.XMPP_RECEIPTS_HTTP_SOCKET, path: '/healthz' }, (it) => process.exit(it.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["xmpp-receipts"]
CMD ["run"]
