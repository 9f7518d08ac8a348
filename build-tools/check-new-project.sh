#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves that the project that ./millrace new writes compiles and passes its test against these sources.
# usage: build-tools/check-new-project.sh [LOCAL-REPOSITORY]
# Without an argument the modules are installed into a new local Maven repository, which is deleted afterwards; with
# one they are installed there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work="$(mktemp -d "${TMPDIR:-/tmp}/millrace-new.XXXXXX")"
trap 'rm -rf "$work"' EXIT
repository="${1:-$work/repository}"

mvn -B -q -ntp -Dmaven.repo.local="$repository" -pl .,core,testkit install -DskipTests -Dchecks.skip \
  -Dmaven.source.skip -Dmaven.javadoc.skip -Dbuild.folder=target/install
./millrace new "$work/word-count"
(cd "$work/word-count" && mvn -B -q -ntp -Dmaven.repo.local="$repository" verify)
grep -q 'tests="1" errors="0" skipped="0" failures="0"' "$work"/word-count/target/surefire-reports/TEST-*.xml
echo "PASS: the project that 'millrace new' writes compiles, and its test passes"
