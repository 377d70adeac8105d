# Sourced: podman where neither systemd nor large limits are to be had, as in another container.
DEBIAN_MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

CONTAINERS_CONF=$(mktemp)
export CONTAINERS_CONF
cat >"$CONTAINERS_CONF" <<'END'
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
END

# Installs those of these programs that are missing.
tools() {
  missing=
  for tool in "$@"; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
  done
  [ -n "$missing" ] || return 0
  [ "$(id -u)" = 0 ] || { echo "install$missing, or start as root." >&2; exit 1; }
  # shellcheck disable=SC2086
  apt-get -qq update && apt-get -qq install -y --no-install-recommends $missing >&2
}
