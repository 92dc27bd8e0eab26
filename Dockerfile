# The first stage builds the server with Swift's libraries inside it. The image has the server, OpenBLAS and a model, and
# runs it as a user without rights; its root can be read-only. For other models, mount their folders and name them in
# DRAGOMAN_MODEL, separated by colons.

FROM swift:6.3.1-bookworm AS build

# Debian removes old versions of packages when it repairs them: pinned ones would break the build.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends libopenblas-dev \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /build
COPY Package.swift ./
COPY Sources Sources
# The package names the folders of its tests: it does not load without them.
COPY Tests Tests
RUN swift build -c release --product dragoman --static-swift-stdlib -Xlinker -s \
  && install "$(swift build -c release --static-swift-stdlib --show-bin-path)/dragoman" /usr/local/bin/dragoman


FROM debian:bookworm-slim

# OpenBLAS brings Fortran's library; the C++ library is for Foundation.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends libopenblas0-pthread libstdc++6 \
  && rm -rf /var/lib/apt/lists/*

COPY LICENSE /usr/share/doc/dragoman/LICENSE
COPY models/en-fr /models/en-fr
COPY models/fr-en /models/fr-en
COPY --from=build /usr/local/bin/dragoman /usr/local/bin/dragoman

# A number, so that Kubernetes can see that it is not root.
USER 65532:65532

ENV DRAGOMAN_HOST=0.0.0.0 \
  DRAGOMAN_PORT=5000 \
  DRAGOMAN_MODEL=/models/en-fr:/models/fr-en

EXPOSE 5000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=60s --retries=3 CMD ["dragoman", "health"]

ENTRYPOINT ["dragoman"]
CMD ["serve"]
