#!/bin/sh
# Runs the tests of the store and of the whole system in containers under podman, without a registry: images are made of
# Debian's packages and of a release. Needs root, Debian and a JDK 25.
#
#   e2e/containers/test.sh [FOLDER OF A RELEASE]
set -eu
cd "$(dirname "$0")/../.."

ADP_TEST_POSTGRES_IMAGE=$(e2e/containers/postgres.sh)
ADP_TEST_IMAGE=$(e2e/containers/image.sh "$@")
. e2e/containers/podman.sh
tools podman runc

socket=$(mktemp -d)/podman.sock
podman system service --time=0 "unix://$socket" &
service=$!
trap 'kill $service' EXIT
until [ -S "$socket" ]; do sleep 0.1; done

# Its helper that tidies up comes from a registry: the tests close what they start, the engine's service ends with this.
export ADP_TEST_POSTGRES_IMAGE ADP_TEST_IMAGE DOCKER_HOST="unix://$socket" TESTCONTAINERS_RYUK_DISABLED=true
./adp test -Dtest='dev/adp/store/**/*Test,SystemTest' -Dsurefire.failIfNoSpecifiedTests=false
