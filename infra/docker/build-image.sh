#!/usr/bin/env bash
# What the image's build stage runs in a copy of the checkout: set-up, build, then everything away that only building needs.
# Called as: build-image.sh cpu|gpu COMMIT
set -euo pipefail
engine=${1:?cpu or gpu}
commit=${2:-unknown}
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

# An address of a server tells the set-up that no development server is wanted here.
export TEMPORAL_ADDRESS=temporal:7233 CANDLEWICK_TENSORFLOW="$engine"
node infra/setup/main.mjs --if-needed

npm prune --omit=dev --ignore-scripts --no-audit --no-fund
# Temporal's native part comes for five platforms; one of them runs here.
node --input-type=module -e '
  import { readdirSync, rmSync } from "node:fs";
  const names = { "linux-x64": "x86_64-unknown-linux-gnu", "linux-arm64": "aarch64-unknown-linux-gnu" };
  const own = names[`${process.platform}-${process.arch}`];
  const folder = "node_modules/@temporalio/core-bridge/releases";
  if (!readdirSync(folder).includes(own)) throw new Error(`${folder} has no ${own}`);
  for (const name of readdirSync(folder)) if (name !== own) rmSync(`${folder}/${name}`, { recursive: true });
'
rm -rf tests bench docs .git coverage "${CANDLEWICK_CACHE:?}"/.[!.]*
printf '%s\n' "$commit" >COMMIT
