# Stands in for the published image of Swift: Debian, what the compiler needs, and the toolchain of this machine.
FROM debian:bookworm-slim

# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends binutils gcc git libc6-dev libcurl4-openssl-dev libedit2 libncurses-dev \
    libpython3.11 libsqlite3-0 libstdc++-12-dev libxml2-dev tzdata \
  && rm -rf /var/lib/apt/lists/*

# The folder that deploy/image-check names so.
# hadolint ignore=DL3022
COPY --from=toolchain usr /usr
RUN swift --version
