#!/bin/sh
# Runs deploy/adp.service under a real systemd, in a container made of Debian's packages: the commands of docs/deploy.md,
# then a restart, kill -9 and a stop. Needs root and Debian; where podman cannot lend credentials to services, says so.
#
#   e2e/containers/systemd.sh [FOLDER OF A RELEASE]
set -eu
cd "$(dirname "$0")/../.."

say() { printf '%s\n' "$*" >&2; }
die() { say "systemd.sh: $*"; exit 1; }

release=$(realpath -m "${1:-target/release}")
version=$(sed -n 's/^  <version>\(.*\)<\/version>$/\1/p' pom.xml)
[ -f "$release/adp-$version.tar.gz" ] || ./adp release "$release"

. e2e/containers/podman.sh
tools podman runc mmdebstrap

java=${JAVA_HOME:-$(readlink -f "$(command -v javac)" | sed 's|/bin/javac$||')}
grep -q '^JAVA_VERSION="25[."]' "$java/release" 2>/dev/null || die "point JAVA_HOME at a JDK 25."

if ! podman image exists localhost/adp-systemd; then
  say "Making the image with systemd…"
  mmdebstrap --quiet --variant=apt --include=systemd,systemd-sysv,dbus,curl,openssl,passwd,procps bookworm - "$DEBIAN_MIRROR" |
    podman import --quiet - localhost/adp-systemd >&2
fi
box=$(podman run -d --privileged --systemd=always -v "$java:/usr/lib/jvm/jdk-25:ro" -v "$release:/release:ro" \
  localhost/adp-systemd /sbin/init)
trap 'podman rm -f "$box" >/dev/null' EXIT
inside() { podman exec "$box" sh -euc "$1"; }

# Until it has started its own services, there is nobody to ask.
for _ in $(seq 60); do
  state=$(podman exec "$box" systemctl is-system-running 2>/dev/null || true)
  case $state in running | degraded) break ;; esac
  sleep 1
done

say "Installing, as docs/deploy.md says…"
inside "
  tar -xzf /release/adp-$version.tar.gz -C /opt --no-same-owner && ln -sfn adp-$version /opt/adp
  useradd --system --home-dir /var/lib/adp --shell /usr/sbin/nologin adp
  mkdir -p /etc/adp && install -m 600 /opt/adp/adp.env /etc/adp/adp.env
  umask 077 && openssl rand -base64 32 >/etc/adp/master.key
  cp /opt/adp/adp.service /etc/systemd/system/"
if ! inside 'systemd-run -q --pipe --wait -p User=adp -p LoadCredential=k:/etc/adp/master.key \
    sh -c "grep -q . \$CREDENTIALS_DIRECTORY/k"' 2>/dev/null; then
  say "Services get no credentials here: the key is read from its file."
  inside "
    chgrp adp /etc/adp/master.key && chmod 640 /etc/adp/master.key && chmod 755 /etc/adp
    mkdir -p /etc/systemd/system/adp.service.d
    printf '[Service]\nLoadCredential=\nEnvironment=ADP_MASTER_KEY_FILE=/etc/adp/master.key\n' >/etc/systemd/system/adp.service.d/here.conf
    chmod -R a+rX /etc/systemd/system"
fi
inside 'systemctl daemon-reload && systemctl enable -q adp'

awaited() {
  inside "for _ in \$(seq 120); do
      [ \"\$(curl -fsS http://127.0.0.1:8090/healthz/ready 2>/dev/null)\" = ready ] && exit 0; sleep 0.5
    done; systemctl status adp --no-pager -l | cut -c1-200; journalctl -u adp --no-pager -o cat | tail -20; exit 1" ||
    die "not ready: $1"
  say "Ready: $1."
}
inside 'systemctl start adp' && awaited "started"
inside 'systemctl restart adp' && awaited "restarted"
inside 'kill -9 "$(systemctl show -p MainPID --value adp)"; sleep 3' && awaited "again after kill -9"
inside 'systemctl stop adp; [ "$(systemctl show -p Result --value adp)" = success ]' || die "stopped as if it had failed"
inside '! pgrep postgres >/dev/null' || die "its PostgreSQL is still there"
inside '[ "$(stat -c %U:%a /var/lib/adp)" = adp:700 ]' || die "its state is open to others"
say "Stopped: success, nothing left running."
