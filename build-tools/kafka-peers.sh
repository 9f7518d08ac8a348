#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures programs from topic to topic against Kafka Streams, on a broker of its own, and prints tables; see benchmarks/README.md.
# usage: build-tools/kafka-peers.sh [NAME=VALUE ...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=target/peers

mvn -B -q -ntp -Ppeers -pl benchmarks/kafka -am -Dbuild.folder="$folder" -Dchecks.skip test-compile
exec java -Xmx1g -Dprogram.flags="${PROGRAM_FLAGS:-}" -cp "benchmarks/kafka/$folder/classes:$(cat "benchmarks/kafka/$folder/class-path")" \
  dev.millrace.benchmarks.kafka.KafkaPeers "$@"
