#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures a state that is larger than memory against RocksDB, or with peer=mvstore against MVStore of H2, in one process, and prints ratios; see benchmarks/README.md.
# usage: build-tools/rocksdb-peers.sh [NAME=VALUE ...]
# HEAP is the size of the heap (512m), PROGRAM_FLAGS are more flags of the JVM, such as a recording.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=target/peers

mvn -B -q -ntp -Ppeers -pl benchmarks/rocksdb -am -Dbuild.folder="$folder" -Dchecks.skip test-compile
# shellcheck disable=SC2086
exec java -Xmx"${HEAP:-512m}" -XX:-UseDynamicNumberOfCompilerThreads -XX:-UseDynamicNumberOfGCThreads ${PROGRAM_FLAGS:-} -cp "benchmarks/rocksdb/$folder/classes:$(cat "benchmarks/rocksdb/$folder/class-path")" \
  dev.millrace.benchmarks.rocksdb.StateOnDisk "$@"
