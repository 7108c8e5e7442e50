#!/bin/sh
# Installs the build into a fresh prefix, builds the consumer against it with find_package(orrery), and runs both the
# consumer and the installed command from another folder: they must find the installed catalog and agree on a date.
#   check.sh CMAKE BUILD_FOLDER CONSUMER_SOURCE CXX CXX_FLAGS SHARE
set -eu
cmake=$1 build=$2 source=$3 compiler=$4 flags=$5 share_name=$6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$cmake" --install "$build" --prefix "$work/prefix" >"$work/install.log"
{
  "$cmake" -S "$source" -B "$work/consumer" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_PREFIX_PATH="$work/prefix"
  "$cmake" --build "$work/consumer"
} >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
share=$work/prefix/$share_name
# A mark in the installed catalog tells it from the one of the source tree.
sed -i 's/NVIDIA H100/Installed H100/' "$share"/catalog/chips/nvidia.toml
cd "$work"
unset ORRERY_SHARE
printed=$("$work/consumer/consumer" "$share/catalog" "$share/scenarios/colossus-1.toml")
echo "consumer: $printed"
"$work/prefix/bin/orrery" run colossus-1 >"$work/report.txt"
name=${printed% on *} date=${printed##* on }
grep -q "^  $name  *$date" "$work/report.txt" ||
  { echo "the installed command does not say: $printed"; head -30 "$work/report.txt"; exit 1; }
"$work/prefix/bin/orrery" show chips h100-sxm | grep -q 'Installed H100' ||
  { echo "the installed command does not read the installed catalog"; exit 1; }
