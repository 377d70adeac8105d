#!/bin/sh
# Makes an image of Debian's PostgreSQL, where no registry can be reached; to tests it is what the official image is.
# Needs root and Debian. Prints the image's name last.
set -eu
cd "$(dirname "$0")/../.."
suite=bookworm
major=15
image=localhost/adp-postgres:$major

. e2e/containers/podman.sh
tools podman runc mmdebstrap

if ! podman image exists "$image"; then
  echo "Making the image with PostgreSQL $major…" >&2
  # shellcheck disable=SC2016 # mmdebstrap's own variable.
  mmdebstrap --quiet --variant=essential --include="postgresql-$major" \
    --customize-hook='cp e2e/containers/postgres-entrypoint.sh "$1/usr/local/bin/entrypoint"' \
    --customize-hook='chmod 755 "$1/usr/local/bin/entrypoint"' "$suite" - "$DEBIAN_MIRROR" |
    podman import --quiet --change "ENV PATH=/usr/lib/postgresql/$major/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
      --change 'ENTRYPOINT ["/usr/local/bin/entrypoint"]' --change 'CMD ["postgres"]' --change 'EXPOSE 5432' - "$image" >&2
fi
echo "$image"
