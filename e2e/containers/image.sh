#!/bin/sh
# Makes the image of a release where no registry can be reached: deploy/Dockerfile as it is, on base images made of Debian's
# packages and a JDK of this machine, under podman. Needs root and Debian.
#
#   e2e/containers/image.sh [FOLDER OF A RELEASE]     prints the image's name last
set -eu
cd "$(dirname "$0")/../.."

say() { printf '%s\n' "$*" >&2; }
die() { say "image.sh: $*"; exit 1; }

release=${1:-target/release}
version=$(sed -n 's/^  <version>\(.*\)<\/version>$/\1/p' pom.xml)
suite=bookworm
[ -f "$release/adp-$version.tar.gz" ] || ./adp release "$release"

. e2e/containers/podman.sh
tools podman runc mmdebstrap

java=${JAVA_HOME:-$(readlink -f "$(command -v javac)" | sed 's|/bin/javac$||')}
grep -q '^JAVA_VERSION="25[."]' "$java/release" 2>/dev/null || die "point JAVA_HOME at a JDK 25."

if ! podman image exists localhost/adp-base; then
  say "Making the base image…"
  mmdebstrap --quiet --variant=extract --include=base-files,netbase,tzdata,libc6 "$suite" - "$DEBIAN_MIRROR" |
    podman import --quiet - localhost/adp-base >&2
fi
if ! podman image exists localhost/adp-jdk-binutils; then
  say "Making the image with the JDK…"
  mmdebstrap --quiet --variant=essential --include=libstdc++6,binutils --customize-hook='mkdir -p "$1/opt/java"' \
    --customize-hook="cp -rLp '$java/.' \"\$1/opt/java/\"" "$suite" - "$DEBIAN_MIRROR" |
    podman import --quiet --change 'ENV PATH=/opt/java/bin:/usr/sbin:/usr/bin:/sbin:/bin' - localhost/adp-jdk-binutils >&2
fi

say "Building the image of $version…"
podman build --network none --format docker -f deploy/Dockerfile \
  --build-arg JDK_IMAGE=localhost/adp-jdk-binutils --build-arg BASE_IMAGE=localhost/adp-base --build-arg VERSION="$version" \
  -t "localhost/adp:$version" "$release" >&2
echo "localhost/adp:$version"
