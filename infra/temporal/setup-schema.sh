#!/bin/sh
# Makes or upgrades Temporal's two databases in Postgres; may be run any number of times. Runs in temporalio/admin-tools.
set -eu
: "${POSTGRES_SEEDS:?}" "${POSTGRES_USER:?}" "${POSTGRES_PWD:?}"
schema=${TEMPORAL_SCHEMA_FOLDER:-/etc/temporal/schema}/postgresql/v12
export SQL_PASSWORD="$POSTGRES_PWD"

tool() {
  name=$1
  shift
  temporal-sql-tool --plugin postgres12_pgx --endpoint "$POSTGRES_SEEDS" --port "${DB_PORT:-5432}" \
    --user "$POSTGRES_USER" --database "$name" "$@"
}

# A database that has never been set up has no version to read; whatever else is wrong must not be answered by setting it up.
prepare() {
  database=$1
  folder=$2
  tool "$database" create-database
  if said=$(tool "$database" update-schema --schema-dir "$folder" 2>&1); then return; fi
  case $said in
    *'reading current schema version'*)
      tool "$database" setup-schema --version 0.0
      tool "$database" update-schema --schema-dir "$folder"
      ;;
    *)
      echo "$said" >&2
      exit 1
      ;;
  esac
}

prepare temporal "$schema/temporal/versioned"
prepare temporal_visibility "$schema/visibility/versioned"
echo 'both schemas are up to date'
