#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Counts the words of Zipf text with ./millrace wordcount in a small heap and compares every word with an independent
# count (tr and awk): 20 files at once, one large file, and 20 files that arrive while it runs and is then terminated.
# usage: build-tools/check-wordcount-1g.sh [SIZE, default 1g] [HEAP, default 256m]
# Takes about three times SIZE in the temporary directory. Exits with 0 if all counts are equal.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C
size="${1:-1g}"
export MILLRACE_JAVA_OPTS="-Xmx${2:-256m}"
work="$(mktemp -d "${TMPDIR:-/tmp}/millrace-wordcount.XXXXXX")"
trap 'rm -rf "$work"' EXIT
status=0

./millrace --version
sources=examples/src/main/java/dev/millrace/examples/data
javac -d "$work/classes" "$sources"/{Zipf,Vocabulary,ZipfText}.java
generate() {
  java -cp "$work/classes" dev.millrace.examples.data.ZipfText --bytes "$size" --seed 42 "$@"
}

echo "generating $size of text, and counting it without Millrace ..."
generate --files 20 --out "$work/many"
bytes="$(cat "$work/many"/* | wc -c)"
lines="$(cat "$work/many"/* | wc -l)"
cat "$work/many"/* | tr -s '[:space:]' '\n' \
  | awk 'length($0) { count[$0]++ } END { for (word in count) printf "%d\t%s\n", count[word], word }' \
  | sort >"$work/expected"

# verdict NAME SECONDS: compares $work/counted with what is expected
verdict() {
  local rate
  rate="$(awk -v bytes="$bytes" -v seconds="$2" 'BEGIN { printf "%.1f s, %.1f MB/s", seconds, bytes / 1e6 / seconds }')"
  if sort "$work/counted" | cmp -s - "$work/expected"; then
    echo "PASS $1: $(wc -l <"$work/expected") different words equal, $rate"
  else
    echo "FAIL $1: the counts differ, $rate"
    tail -n 5 "$work/progress"
    status=1
  fi
}

once() {
  local start="$EPOCHREALTIME" name="$1"
  ./millrace wordcount --files "$2" --once --top 0 >"$work/counted" 2>"$work/progress" || status=1
  verdict "$name" "$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')"
}

once "20 files at once" "$work/many"

mkdir "$work/one"
cat "$work/many"/* >"$work/one/all.txt"
rm -rf "$work/many"
once "one file" "$work/one"
rm -rf "$work/one"

mkdir "$work/in"
start="$EPOCHREALTIME"
./millrace wordcount --files "$work/in" --top 0 >"$work/blocks" 2>"$work/progress" &
counter=$!
generate --files 20 --rate 500 --out "$work/in"
counted_lines() {
  awk '{ gsub(",", ""); for (i = 2; i <= NF; i++) if ($i == "records") sum += $(i - 1) } END { print sum + 0 }' "$work/progress"
}
while kill -0 "$counter" 2>/dev/null && (($(counted_lines) < lines)); do
  sleep 0.5
done
kill -TERM "$counter" 2>/dev/null || true
code=0
wait "$counter" || code=$?
awk -v from="$(grep -n '^# ' "$work/blocks" | tail -n 1 | cut -d : -f 1)" 'NR > from && length($0)' "$work/blocks" >"$work/counted"
verdict "20 files that arrive, $(grep -c '^# ' "$work/blocks") batches with input, ended by SIGTERM with exit code $code" \
  "$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')"
((code == 143)) || status=1
exit "$status"
