#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Feeds a socket at full speed and reads it in processes of 256 MB: with a plain Java reader, with Millrace counting lines,
# and with Millrace making a string of each. Prints lines a second, the ratio, memory and the size of the log.
# usage: build-tools/check-socket.sh [SECONDS, default 60] [ROUNDS, default 1] [LINE-BYTES ..., default 16 and 100]
# Exits with 0 if every count is what was sent. The log may take some gigabytes in the temporary directory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds="${1:-60}"
rounds="${2:-1}"
sizes=("${@:3}")
((${#sizes[@]})) || sizes=(16 100)
folder=target/benchmarks

mvn -B -q -ntp -pl core,benchmarks -Dbuild.folder="$folder" -Dchecks.skip compile
status=0
for size in "${sizes[@]}"; do
  java -cp "core/$folder/classes:benchmarks/$folder/classes" dev.millrace.benchmarks.SocketIngest \
    "$seconds" "$rounds" "$size" || status=1
done
exit "$status"
