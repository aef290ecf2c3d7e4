# syntax=docker/dockerfile:1
FROM golang:1.26.11 AS build
WORKDIR /src
COPY . .
# The sources come without their git history: --build-arg VERSION=$(git describe --tags --always --dirty)
ARG VERSION=
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    make build VERSION="$VERSION" && mkdir data \
    && echo rostergate:x:65532:65532::/var/lib/rostergate:/ >passwd

FROM scratch
COPY --from=build /src/bin/rostergate /rostergate
# What the binary asks of a system: whom to trust, for a database that speaks TLS, and
# the time zones of districts.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /zoneinfo.zip
# By whom the ledger says that commands were run.
COPY --from=build /src/passwd /etc/passwd
# The image has neither shell nor client; the health check needs one small static file.
COPY --from=busybox:1.37-musl /bin/wget /wget
# A new volume takes over the owner of the folder that it is mounted on.
COPY --from=build --chown=65532:65532 /src/data /var/lib/rostergate

USER 65532:65532
# Imports are staged beside the data: a large district does not fit into a /tmp in memory.
ENV HOME=/var/lib/rostergate \
    ZONEINFO=/zoneinfo.zip \
    ROSTERGATE_DATA=/var/lib/rostergate \
    ROSTERGATE_LISTEN=:8080 \
    TMPDIR=/var/lib/rostergate
VOLUME /var/lib/rostergate
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["/rostergate"]
CMD ["serve"]
