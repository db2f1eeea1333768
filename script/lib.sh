# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the scripts beside it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "$*" >&2; }

jobs() { getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2; }

# build FOLDER TARGET... [-- CMAKE_OPTION...]: configures once, builds the targets, quietly unless it
# fails.
build() {
  local folder=$1 targets=() log
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do targets+=("$1"); shift; done
  [ "${1:-}" = -- ] && shift
  local options=(-G Ninja)
  command -v ccache >/dev/null && options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1  # so that another clone finds the same objects
  log=$(mktemp)
  say "building ${targets[*]} in $folder"
  # A folder of this name from another place, say a copied tree, cannot be used again.
  if ! { cmake -S . -B "$folder" "${options[@]}" "$@" &&
         cmake --build "$folder" --parallel "$(jobs)" --target "${targets[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}
