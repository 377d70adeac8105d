#!/bin/sh
# Starts, builds and tests ADP. Finds a JDK 25, brings its own Maven; needs nothing else.
set -eu

MAVEN=apache-maven-3.9.16
MAVEN_URL=https://repo.maven.apache.org/maven2/org/apache/maven/apache-maven/3.9.16/$MAVEN-bin.tar.gz
MAVEN_SHA512=831a8591fe20c8243b1dbe7d71e3244f31d1665b0804b2e825e38cbbe5ce0cafb8338851f90780735568773e0a6cd07bbec107cda0b896b008b861075358b6f6
DIST=deploy/target/adp
STAMP=deploy/target/adp.stamp
LOG=target/build.log
STATUS=target/build.status

usage() {
  cat <<'END'
Usage: ./adp <command>

  demo     try it: portal and gateway on this machine, database and echo model included
  up       run it: the same without the demo's content; settings come from ADP_* variables
  token    print an access token for the gateway and the API: of the first administrator, or of the credential that
           REDPANDA_CLIENT_ID and REDPANDA_CLIENT_SECRET give
  catalog  check FILE: say what is wrong with a price catalogue, or what it changes in the one that ships and in the one in force
           import FILE: bring it into the running installation
  doctor   look at settings, database, keys, clock and upstreams, and say what to do about what is wrong
  rotate-master-key [--dry-run]
           seal all secrets by a new master key, see docs/secrets.md
  admin reset-password NAME [--password-stdin] [--create EMAIL]
           the way back in when no Admin can sign in any more, see docs/identities.md
  usage rebuild DAY [LAST_DAY]
           sum days of usage up anew from their records, see docs/cost-and-usage.md
  terraform install [--jre]
           build the Terraform provider and put it where Terraform finds it; with its own Java runtime if wanted
  terraform release [DIR]
           make the zips and checksums that registries and mirrors serve
  migrate  bring the database's schema up to this version and end; up does it too
  health   say whether the server with these settings is ready, for supervisors
  version  print the version
  build    build what the commands above run (they do it themselves when sources changed)
  release [--twice] [DIR]
           make the tarball, the Terraform provider's zips, bills of materials and checksums, in target/release unless told
           otherwise; twice: make them again from nothing and compare
  test     build and check everything, browser and Terraform included
  bench    [gateway]: measure the gateway beside nginx and another gateway (needs nginx, wrk and Node.js)
           lists: measure how long lists and pages take with a thousand providers, ten million calls and a million turns
           usage: measure Cost & Usage over ten million calls, and how fast calls are stored
           terraform: measure how long Terraform waits for the provider
           transcripts: measure what recording costs the gateway (needs nginx, wrk and Node.js)
           soak: ten minutes of calls, and the memory of a gateway meanwhile
  help     this text

JAVA_HOME names the JDK 25 to use, MAVEN_REPO_LOCAL another place for Maven's downloads.
END
}

say() { printf '%s\n' "$*" >&2; }
die() { say "adp: $*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# The file behind a chain of symbolic links.
follow() {
  file=$1
  while [ -L "$file" ]; do
    link=$(readlink "$file")
    case $link in
      /*) file=$link ;;
      *) file=${file%/*}/$link ;;
    esac
  done
  printf '%s\n' "$file"
}

# --- Java ----------------------------------------------------------------------------------------

is_jdk_25() { [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release" 2>/dev/null; }

find_java() {
  java=$(command -v java || true)
  if [ -n "$java" ]; then
    java=$(follow "$java")
    java=${java%/bin/java}
  fi
  for home in "${ADP_JAVA_HOME:-}" "${JAVA_HOME:-}" "$java" \
    /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if is_jdk_25 "$home"; then
      JAVA_HOME=$home
      export JAVA_HOME
      unset ADP_JAVA_HOME # The server refuses settings that it does not know.
      return
    fi
  done
  case $(uname -s 2>/dev/null || true) in
    Darwin) how="brew install --cask temurin@25" ;;
    Linux) how="https://adoptium.net/installation/linux" ;;
    *) how="https://adoptium.net/temurin/releases/?version=25" ;;
  esac
  die "needs a JDK 25 and found none: install Temurin 25 ($how), or point JAVA_HOME at one."
}

# --- Maven ---------------------------------------------------------------------------------------

sha512() { if has sha512sum; then sha512sum "$1"; else shasum -a 512 "$1"; fi; }

download() {
  if has curl; then
    curl -fsSL --retry 3 -o "$2" "$1"
  elif has wget; then
    wget -q -O "$2" "$1"
  else
    die "needs curl or wget to download Maven."
  fi
}

find_maven() {
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/adp
  maven=$cache/$MAVEN/bin/mvn
  unset MAVEN_HOME M2_HOME # Another Maven's.
  [ ! -x "$maven" ] || return 0
  say "Downloading Maven 3.9.16 to $cache (once)…"
  partial=$cache/partial.$$
  mkdir -p "$partial"
  trap 'rm -rf "$partial"' EXIT
  trap 'exit 130' INT TERM
  download "$MAVEN_URL" "$partial/maven.tar.gz" || die "could not download $MAVEN_URL."
  case $(sha512 "$partial/maven.tar.gz") in
    "$MAVEN_SHA512 "*) ;;
    *) die "the download of $MAVEN_URL is not the file we know: its checksum differs." ;;
  esac
  tar -xzf "$partial/maven.tar.gz" -C "$partial"
  # Whole or not at all; when another start was faster, its copy is as good.
  [ -d "$cache/$MAVEN" ] || mv "$partial/$MAVEN" "$cache/$MAVEN"
  rm -rf "$partial"
  trap - EXIT INT TERM
}

# Becomes Maven, so that signals reach it.
mvn() { exec "$maven" -B -ntp ${MAVEN_REPO_LOCAL:+"-Dmaven.repo.local=$MAVEN_REPO_LOCAL"} "$@"; }

# --- Build ---------------------------------------------------------------------------------------

# One number for the JDK and all that goes into the jars: names and contents, so deletions count.
fingerprint() {
  set -- pom.xml .mvn "$JAVA_HOME/release"
  for module in */pom.xml; do
    case $module in e2e/* | terraform-bridge/*) ;; *) set -- "$@" "$module" "${module%/pom.xml}/src" ;; esac
  done
  find "$@" -path '*/src/test' -prune -o -type f -exec cksum {} + 2>/dev/null | LC_ALL=C sort | cksum
}

# Built from just these sources, and by nobody else since.
is_built() {
  [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$1" ] && [ -d "$DIST/lib" ] &&
    [ -z "$(find "$DIST/lib" -newer "$STAMP")" ]
}

build() {
  sources=$(fingerprint)
  ! is_built "$sources" || return 0
  find_maven
  mkdir -p target
  rm -f "$STAMP" "$STATUS"
  say "Building… (the first time takes minutes and downloads the libraries; details in $LOG)"
  # A pipe reports its last command, so Maven's own verdict goes through a file.
  { code=0; (mvn -DskipTests package -pl deploy -am 2>&1) || code=$?; echo "$code" >"$STATUS"; } |
    tee "$LOG" | sed -n 's/^\[INFO\] Building \(ADP \)\{0,1\}\(.*\) [0-9][^ ]* *\[\(.*\)\]$/  \3 \2/p' >&2
  if [ "$(cat "$STATUS")" != 0 ]; then
    tail -n 40 "$LOG" >&2
    die "the build failed; all of its output is in $LOG."
  fi
  printf '%s\n' "$sources" >"$STAMP"
}

# --- Run and test --------------------------------------------------------------------------------

# Names the cache of loaded classes by all that it depends on: the JVM itself does not check.
aot_cache() {
  sums=$({ pwd -P; cat "$DIST"/lib/adp-*.jar "$DIST/jvm.options" "$JAVA_HOME/release"; ls "$DIST/lib"; } | cksum)
  printf '%s/adp-%s.aot\n' "$DIST" "$(printf '%s' "$sums" | tr ' ' -)"
}

# Spelled out in one order: the cache serves just the class path that it was made with.
class_path() {
  path=$(cd "$DIST/lib" && LC_ALL=C ls | while read -r jar; do printf '%s:' "$DIST/lib/$jar"; done)
  printf '%s\n' "${path%:}"
}

# A start without the cache only takes longer, so a failure here does not matter much.
prepare_aot() {
  aot=$(aot_cache)
  [ ! -f "$aot" ] || return 0
  say "Preparing fast starts… (once for each build)"
  rm -f "$DIST"/adp-*.aot
  "$JAVA_HOME/bin/java" -cp "$(class_path)" deploy/src/build/AotCache.java "$DIST" "$aot" >>"$LOG" 2>&1 ||
    say "adp: could not prepare fast starts, see $LOG."
}

# Becomes the JVM, so that signals reach it.
run() {
  build
  prepare_aot
  [ -f "$aot" ] || aot=
  exec "$JAVA_HOME/bin/java" "@$DIST/jvm.options" ${aot:+"-XX:AOTCache=$aot"} \
    -cp "$(class_path)" dev.adp.Main "$@"
}

# --- Terraform provider --------------------------------------------------------------------------

BRIDGE=terraform-bridge/target/package

platform() {
  case $(uname -s) in Darwin) os=darwin ;; Linux) os=linux ;; *) die "the provider runs on Linux and macOS." ;; esac
  case $(uname -m) in x86_64 | amd64) arch=amd64 ;; *) arch=arm64 ;; esac
  printf '%s_%s\n' "$os" "$arch"
}

version() { sed -n 's/^  <version>\(.*\)<\/version>$/\1/p' pom.xml; }

build_bridge() {
  find_maven
  mkdir -p target
  say "Building the Terraform provider… (details in $LOG)"
  (mvn -q -DskipTests package -pl terraform-bridge -am >"$LOG" 2>&1) || {
    tail -n 40 "$LOG" >&2
    die "the build failed; all of its output is in $LOG."
  }
}

# The package directory of one version: launcher, jars, class cache, and a Java runtime if wanted.
package_bridge() {
  package=$1
  rm -rf "$package"
  mkdir -p "${package%/*}"
  cp -R "$BRIDGE" "$package"
  mv "$package/launcher" "$package/terraform-provider-redpanda_v$(version)"
  chmod +x "$package/terraform-provider-redpanda_v$(version)"
  home=$JAVA_HOME
  if [ "${2:-}" = --jre ]; then
    "$JAVA_HOME/bin/jlink" --add-modules java.base,java.logging,java.net.http,jdk.unsupported,jdk.httpserver \
      --strip-debug --no-header-files --no-man-pages --compress zip-6 --output "$package/jre"
    home=$package/jre
  else
    printf '%s\n' "$JAVA_HOME" >"$package/lib/java.home"
  fi
  # Named by all that it depends on: the JVM itself does not check that a cache fits the classes.
  sums=$(cat "$package"/lib/*.jar "$package/lib/jvm.options" "$home/release" | cksum)
  aot=$package/lib/provider-$(printf '%s' "$sums" | tr ' ' -).aot
  jar=$package/lib/adp-terraform-bridge-$(version).jar
  "$home/bin/java" "@$package/lib/jvm.options" -jar "$jar" --rehearse \
    "$home/bin/java" "@$package/lib/jvm.options" "-XX:AOTCacheOutput=$aot" -jar "$jar" >>"$LOG" 2>&1 ||
    { rm -f "$aot"; say "adp: could not prepare fast starts, see $LOG."; }
}

# The last line of standard output is the path of the CLI configuration, for scripts.
install_bridge() {
  place=${REDPANDA_TERRAFORM_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/adp/terraform}
  mkdir -p "$place"
  place=$(cd -P "$place" && pwd)
  build_bridge
  say "Preparing fast starts…"
  package_bridge "$place/partial.$$/package" "$@"
  target=$place/mirror/registry.terraform.io/agentic-data-plane/redpanda/$(version)/$(platform)
  rm -rf "$target"
  mkdir -p "${target%/*}"
  mv "$place/partial.$$/package" "$target"
  rmdir "$place/partial.$$"
  cat >"$place/terraform.rc" <<END
provider_installation {
  filesystem_mirror {
    path    = "$place/mirror"
    include = ["registry.terraform.io/agentic-data-plane/*"]
  }
  direct {
    exclude = ["registry.terraform.io/agentic-data-plane/*"]
  }
}
END
  cat <<END
Start with this configuration, and terraform init:

terraform {
  required_providers {
    redpanda = {
      source  = "agentic-data-plane/redpanda"
      version = "$(version)"
    }
  }
}

provider "redpanda" {
  endpoint = "http://localhost:8080"
}

The credential comes from REDPANDA_CLIENT_ID and REDPANDA_CLIENT_SECRET. Without an endpoint in the block above it
is that of REDPANDA_ADP_ENDPOINT. Where another build of this version was used, take its block out of
.terraform.lock.hcl and run terraform init again. Terraform finds the provider with TF_CLI_CONFIG_FILE set to:
$place/terraform.rc
END
}

# --- Release -------------------------------------------------------------------------------------

sha256() { if has sha256sum; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# From nothing, so that nothing of an earlier build gets in. The last argument is the folder.
release() {
  folder=$1
  # It is made anew: nothing else may be lost by that.
  [ ! -e "$folder" ] || [ -f "$folder/SHA256SUMS" ] || [ -z "$(ls -A "$folder")" ] ||
    die "$folder holds something else than a release: name another folder."
  # Not by Maven's clean, which takes this script's own log and the default folder away too.
  rm -rf "$folder"
  for module in db api portal deploy terraform-bridge; do rm -rf "$module/target"; done
  mkdir -p target "$folder/terraform"
  say "Building the release… (details in $LOG)"
  (mvn -DskipTests package org.cyclonedx:cyclonedx-maven-plugin:makeBom \
    -pl deploy,terraform-bridge -am >"$LOG" 2>&1) || {
    tail -n 40 "$LOG" >&2
    die "the build failed; all of its output is in $LOG."
  }
  fingerprint >"$STAMP"
  "$JAVA_HOME/bin/java" terraform-bridge/src/build/Release.java "$BRIDGE" "$(version)" "$folder/terraform"
  cp terraform-bridge/target/bom.json "$folder/terraform-provider-redpanda-$(version).cdx.json"
  cp deploy/target/bom.json "$folder/adp-$(version).cdx.json"
  "$JAVA_HOME/bin/java" -cp "$(class_path)" deploy/src/build/Tarball.java . "$(version)" "$folder"
  (cd "$folder" && find . -type f ! -name 'SHA256SUMS*' | LC_ALL=C sort | sed 's|^\./||' | while read -r file; do
    sha256 "$file"
  done >SHA256SUMS.partial && mv SHA256SUMS.partial SHA256SUMS)
}

release_twice() {
  release "$1"
  sums=$(cat "$1/SHA256SUMS")
  release "$1"
  if [ "$sums" != "$(cat "$1/SHA256SUMS")" ]; then
    printf '%s\n' "$sums" | diff - "$1/SHA256SUMS" >&2 || true
    die "two builds of the same sources differ, see above."
  fi
  say "Made twice, the same to the byte."
}

find_node() {
  version=$(node --version 2>/dev/null || echo v0)
  version=${version#v}
  [ "${version%%.*}" -ge 20 ] || die "the tests need Node.js 20 or newer: https://nodejs.org/en/download."
}

find_chromium() {
  for browser in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome \
    "/Applications/Chromium.app/Contents/MacOS/Chromium" \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    if has "$browser"; then
      CHROMIUM_PATH=$(command -v "$browser")
      export CHROMIUM_PATH
      return 0
    fi
  done
  return 1
}

install_packages() {
  [ "$(id -u)" = 0 ] && has apt-get || return 1
  say "Installing $* for the tests…"
  apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@" >&2
}

# A server of its own to back up: the one that comes along has no tools.
find_postgres() {
  for bin in /usr/lib/postgresql/*/bin; do [ ! -x "$bin/initdb" ] || return 0; done
  has initdb && has pg_dump
}

find_terraform() {
  has "${TERRAFORM_PATH:-terraform}" ||
    die "needs Terraform 1.11 or newer: https://developer.hashicorp.com/terraform/install, or point TERRAFORM_PATH at it."
}

install_node_modules() {
  lock=e2e/node/package-lock.json
  installed=e2e/node/node_modules/.package-lock.json # npm's last stroke.
  if [ -f "$lock" ] && [ -z "$(find "$installed" -newer "$lock" 2>/dev/null)" ]; then
    (cd e2e/node && npm ci --no-audit --no-fund)
  fi
}

run_tests() {
  find_node
  find_terraform
  find_chromium || { install_packages chromium && find_chromium; } ||
    die "the tests need a browser: install Chromium or Chrome, or point CHROMIUM_PATH at one."
  find_postgres || { install_packages postgresql && find_postgres; } ||
    die "the tests back up a PostgreSQL: install its server and tools."
  has strip || { install_packages binutils && has strip; } || die "the tests make what an image holds: install binutils."
  install_node_modules
  find_maven
  mvn verify "$@"
}

# A benchmark asserts nothing about time; it prints; those of the gateway and of usage write docs/benchmarks.
run_bench() {
  kind=${1:-gateway}
  [ $# -eq 0 ] || shift
  case $kind in
    gateway | transcripts)
      find_node
      for tool in nginx wrk; do
        has "$tool" || { install_packages nginx-light wrk && has "$tool"; } || die "the benchmark needs $tool: install it."
      done
      (cd e2e/bench && npm ci --no-audit --no-fund --ignore-scripts)
      class=GatewayBench
      [ "$kind" = gateway ] || class=TranscriptBench
      ;;
    lists)
      find_node
      install_node_modules
      class=ListBench,TranscriptListBench
      ;;
    usage)
      find_node
      install_node_modules
      class=UsageBench
      ;;
    soak) class=SoakBench ;;
    terraform)
      find_terraform
      class=TerraformBench
      ;;
    *) die "there is no benchmark \"$kind\": gateway, transcripts, lists, usage, terraform or soak." ;;
  esac
  find_maven
  # They take as long as they take.
  mvn verify -Dtest="$class" -Dsurefire.failIfNoSpecifiedTests=false -Dtest.timeout="1 d" -Dtest.moduleTimeoutSeconds=0 "$@"
}

unset CDPATH
: "${HOME:=/}"
self=$(follow "$0")
from=$PWD
case $self in */*) cd -P "${self%/*}" ;; esac
command=${1:-help}
[ $# -eq 0 ] || shift
# A catalogue's file is where the caller is, not where this script is.
if [ "$command" = catalog ] && [ $# -eq 2 ]; then
  case $2 in /*) ;; *) set -- "$1" "$from/$2" ;; esac
fi
case $command in
  demo | up | token | catalog | doctor | rotate-master-key | admin | usage | migrate | health)
    find_java
    run "$command" "$@"
    ;;
  terraform)
    find_java
    case ${1:-} in
      install)
        shift
        install_bridge "$@"
        ;;
      release)
        build_bridge
        release=${2:-terraform-bridge/target/release}
        "$JAVA_HOME/bin/java" terraform-bridge/src/build/Release.java "$BRIDGE" "$(version)" "$release"
        say "Made: $release. Sign the checksums: gpg --detach-sign *_SHA256SUMS"
        ;;
      *) die "usage: ./adp terraform install [--jre] | release [DIR]" ;;
    esac
    ;;
  version)
    printf 'ADP %s\n' "$(version)"
    ;;
  release)
    find_java
    find_maven
    make=release
    [ "${1:-}" != --twice ] || { make=release_twice && shift; }
    "$make" "${1:-target/release}"
    say "Made: ${1:-target/release}. Sign the checksums: gpg --detach-sign SHA256SUMS"
    ;;
  build)
    find_java
    build
    prepare_aot
    say "Built: $PWD/$DIST"
    ;;
  test)
    find_java
    run_tests "$@"
    ;;
  bench)
    find_java
    run_bench "$@"
    ;;
  help | -h | --help)
    usage
    ;;
  *)
    usage >&2
    die "there is no command \"$command\"."
    ;;
esac
