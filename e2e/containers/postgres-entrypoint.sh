#!/bin/sh
# Starts PostgreSQL as the official image does: the same variables, and twice the line that says it is ready, first while
# the database is made and nobody else can reach it.
set -eu
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
data=/var/lib/postgresql/data
mkdir -p "$data" /var/run/postgresql
chown -R postgres: "$data" /var/run/postgresql

as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }

printf %s "$POSTGRES_PASSWORD" >/tmp/password
chown postgres: /tmp/password
as_postgres initdb --pgdata "$data" --username "$user" --pwfile /tmp/password --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8
rm /tmp/password
echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
as_postgres pg_ctl --pgdata "$data" --wait --options "-c listen_addresses=''" start
[ "$database" = postgres ] || PGPASSWORD=$POSTGRES_PASSWORD as_postgres createdb --username "$user" "$database"
as_postgres pg_ctl --pgdata "$data" --wait stop
shift # "postgres", as the official image takes it.
exec setpriv --reuid postgres --regid postgres --init-groups postgres -D "$data" -c listen_addresses='*' "$@"
