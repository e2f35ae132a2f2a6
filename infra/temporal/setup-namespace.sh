#!/bin/sh
# Makes the namespace with its retention and the search attributes; may be run any number of times. Runs in
# temporalio/admin-tools, or wherever the `temporal` command is.
set -eu
: "${TEMPORAL_ADDRESS:?}" "${NAMESPACE:?}" "${RETENTION:?}"
tries=60

until temporal operator cluster health --address "$TEMPORAL_ADDRESS" >/dev/null 2>&1; do
  tries=$((tries - 1))
  if [ "$tries" -le 0 ]; then
    echo "no Temporal server answers at $TEMPORAL_ADDRESS" >&2
    exit 1
  fi
  sleep 2
done

if temporal operator namespace describe --address "$TEMPORAL_ADDRESS" --namespace "$NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --address "$TEMPORAL_ADDRESS" --namespace "$NAMESPACE" --retention "$RETENTION"
else
  temporal operator namespace create --address "$TEMPORAL_ADDRESS" --namespace "$NAMESPACE" --retention "$RETENTION"
fi

# Kept equal to shared/names/search-attributes.ts by a test.
attributes='Symbol=Keyword Stage=Keyword ModelFamily=Keyword RunKind=Keyword FailureCode=Keyword Sharpe=Double BrierScore=Double'

add() {
  temporal operator search-attribute create --address "$TEMPORAL_ADDRESS" --namespace "$NAMESPACE" --name "${1%=*}" --type "${1#*=}"
}

has() {
  temporal operator search-attribute list --address "$TEMPORAL_ADDRESS" --namespace "$NAMESPACE" | grep -q "^ *${1%=*} "
}

for attribute in $attributes; do
  tries=30
  # A namespace that was just made is known to every part of the server only after some seconds.
  until has "$attribute" || add "$attribute"; do
    tries=$((tries - 1))
    if [ "$tries" -le 0 ]; then
      echo "the search attribute $attribute could not be made" >&2
      exit 1
    fi
    sleep 2
  done
done
echo "namespace $NAMESPACE is ready, histories are kept for $RETENTION"
