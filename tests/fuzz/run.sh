#!/bin/sh
# run.sh PROGRAM SECONDS, from the root of the tree: the properties of a test program with fresh seeds, or a target of
# libFuzzer, for so long. One line says what it did; what it found, and how to repeat it, goes to standard error.
set -eu
program=$1 seconds=$2
name=$(basename "$program")
log=build/fuzz/$name.log
mkdir -p build/fuzz

case "$name" in
  test_*)
    properties=$(grep -rhoE 'RC_GTEST_PROP\(\w+, \w+' "tests/${name#test_}" | sed 's/.*(//; s/, /./' | paste -sd :)
    until=$(($(date +%s) + seconds))
    first=$(date +%s)
    seed=$first
    while [ "$(date +%s)" -lt "$until" ]; do
      RC_PARAMS="seed=$seed" "$program" --gtest_filter="$properties" >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        echo "$name: failed; again by RC_PARAMS=seed=$seed $program" >&2
        exit 1
      }
      seed=$((seed + 1))
    done
    echo "$name: $((seed - first)) seeds"
    exit 0 ;;
esac

target=${name#fuzz_}
corpus=build/fuzz/corpus/$target
mkdir -p "$corpus"
set -- "$corpus"
kinds="programme market factory finance network training operate"
case " $kinds laws " in *" $target "*) set -- "$@" scenarios ;; esac
[ "$target" = laws ] || kinds=$target
for kind in $kinds; do set -- "$@" "tests/fuzz/seeds/$kind"; done
# An input has 1 GiB and 10 s; under sanitizers, and beside another, a search of layouts takes twenty times as long as the
# seconds that it may take, a law asks several answers, and so does what is followed of traffic before the rest is refused.
# The sanitizer keeps little of what is freed, so that memory is that of the input.
case "$target" in programme | training | network | own_network | operate | laws) limit=120 ;; *) limit=10 ;; esac
TMPDIR=$PWD/build/fuzz ASAN_OPTIONS=quarantine_size_mb=16 "$program" -max_total_time="$seconds" -timeout="$limit" \
  -rss_limit_mb=1024 -malloc_limit_mb=512 -max_len=65536 -print_final_stats=1 \
  -artifact_prefix="build/fuzz/$name-" "$@" >"$log" 2>&1 || {
  grep -E -m 3 '^fuzz: |ERROR: |runtime error: ' "$log" >&2 || tail -n 20 "$log" >&2
  input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  echo "$name: failed; again by $program $input (log: $log)" >&2
  exit 1
}
tries=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
edges=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
echo "$name: $tries tries, $edges edges, $(find "$corpus" -type f | wc -l) inputs kept"
