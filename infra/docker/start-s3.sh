#!/bin/sh
# Starts the S3 server over /data with its bucket there; in its POSIX backend a folder at the root is a bucket.
set -eu
: "${S3_BUCKET:?name of the bucket}" "${ROOT_ACCESS_KEY_ID:?}" "${ROOT_SECRET_ACCESS_KEY:?}"
mkdir -p "${S3_DATA:-/data}/$S3_BUCKET"
exec versitygw --port "${S3_LISTEN:-:7070}" --health /health posix "${S3_DATA:-/data}"
