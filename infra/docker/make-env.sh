#!/usr/bin/env bash
# Writes .env for docker-compose.yml with passwords of its own; keeps one that is there.
set -euo pipefail
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
if [ -e .env ]; then
  echo '.env is there already; it was left as it is.'
  exit 0
fi
random() { head -c 24 /dev/urandom | base64 | tr -d '/+='; }
umask 077
sed -e "s|^POSTGRES_PASSWORD=.*|POSTGRES_PASSWORD=$(random)|" \
  -e "s|^S3_ACCESS_KEY=.*|S3_ACCESS_KEY=candlewick-$(random | head -c 8)|" \
  -e "s|^S3_SECRET_KEY=.*|S3_SECRET_KEY=$(random)|" \
  -e "s|^GRAFANA_PASSWORD=.*|GRAFANA_PASSWORD=$(random)|" \
  -e "s|^COMMIT=.*|COMMIT=$(git rev-parse HEAD 2>/dev/null || echo unknown)|" \
  .env.example >.env
echo 'Written: .env (only you can read it). Now: docker compose up --build --detach --wait'
