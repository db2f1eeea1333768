# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the scripts beside it, under bash. Environment variables that all of them obey:
#
#   SAMEBITS_BUILD   the folder for all that is built, in place of build/ beside script/
#   SAMEBITS_CMAKE   options for CMake, separated by blanks, such as -DCMAKE_BUILD_TYPE=Debug
set -euo pipefail
set +o posix  # a shell called sh may be bash, and then lacks some of its syntax

called_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source_tree=$(pwd -P)
build_folder=${SAMEBITS_BUILD:-$source_tree/build}
case $build_folder in /*) ;; *) build_folder=$called_from/$build_folder ;; esac

say() { printf '%s\n' "$*" >&2; }

jobs() { getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2; }

# Versions of clang-format and of clang-tidy disagree with one another, so one of them judges.
llvm_version=14

# judge NAME: the program of that version; nothing if it is not here.
judge() {
  local candidate
  for candidate in "$1-$llvm_version" "$1"; do
    [[ $("$candidate" --version 2>/dev/null) == *" version $llvm_version."* ]] || continue
    echo "$candidate"
    return
  done
}

# A line of apt's status, "dlstatus:3:12.5:Retrieving ...", is made readable; any other is itself.
readable() {
  local kind number percent text
  case $1 in
    dlstatus:* | pmstatus:*)
      IFS=: read -r kind number percent text <<<"$1"
      printf '%3d %%  %s' "${percent%%.*}" "$text" ;;
    *) printf '%s' "$1" ;;
  esac
}

# progress LOG: appends its input to LOG and shows where it is: on a terminal as one line that
# changes, elsewhere as a line at the start and every ten seconds, so that nothing looks hung.
progress() {
  local log=$1 line part='' latest='' shown=-10 status=0 width
  width=$(stty size <&2 2>/dev/null | cut -d ' ' -f 2 || true)
  while [ "$status" -eq 0 ]; do
    IFS= read -r -t 5 line || status=$?
    part+=$line
    if [ "$status" -gt 128 ]; then
      status=0  # nothing new for five seconds
    elif [ -n "$part" ]; then
      printf '%s\n' "$part" >>"$log"
      latest=$part part=''
      [ ! -t 2 ] || printf '\r\033[K%.*s' "$((${width:-80} - 1))" "$(readable "$latest")" >&2
    fi
    if [ ! -t 2 ] && [ -n "$latest" ] && [ $((SECONDS - shown)) -ge 10 ]; then
      say "  $(readable "$latest")"
      shown=$SECONDS
    fi
  done
  [ ! -t 2 ] || printf '\r\033[K' >&2
}

# logged LOG COMMAND...: runs it with its output shown by `progress` and kept in LOG, which is shown
# if it fails.
logged() {
  local log=$1
  shift
  if "$@" 2>&1 </dev/null | progress "$log"; then return 0; fi
  say "failed: $*"
  say "the end of $log:"
  tail -n 100 "$log" >&2
  return 1
}

# A compiler cache whose folder cannot be written fails every compilation.
choose_ccache_folder() {
  local folder
  command -v ccache >/dev/null || return 0
  export CCACHE_BASEDIR=$source_tree CCACHE_NOHASHDIR=1  # another clone finds the same objects
  folder=$(ccache --get-config cache_dir 2>/dev/null) || folder=
  if [ -n "$folder" ] && mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ]; then return 0; fi
  export CCACHE_DIR=$build_folder/ccache
}

# The value of a variable in the cache of a build folder; nothing if there is none.
cached() { sed -n "s/^$2:[A-Z]*=//p" "$1/CMakeCache.txt" 2>/dev/null || true; }

# CMake refuses the cache of another place, as in a tree that was copied with its build folder, and
# does not notice that CXX names another compiler now.
forget_stale_cache() {
  local folder=$1 reason= compiler
  [ -f "$folder/CMakeCache.txt" ] || return 0
  compiler=$(command -v "${CXX:-}" 2>/dev/null || true)
  if ! [ "$(cached "$folder" CMAKE_HOME_DIRECTORY)" -ef "$source_tree" ] ||
     ! [ "$(cached "$folder" CMAKE_CACHEFILE_DIR)" -ef "$folder" ]; then
    reason="in another place"
  elif [ -n "$compiler" ] && ! [ "$(cached "$folder" CMAKE_CXX_COMPILER)" -ef "$compiler" ]; then
    reason="for another compiler"
  fi
  [ -n "$reason" ] || return 0
  say "$folder was configured $reason; configuring it anew"
  rm -rf "$folder/CMakeCache.txt" "$folder/CMakeFiles"
}

# build FOLDER TARGET... [-- CMAKE_OPTION...]: configures and builds the targets; all that CMake and
# the compilers say is in FOLDER/build.log.
build() {
  local folder=$1 targets=() options=() log=$1/build.log ccache=
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do targets+=("$1"); shift; done
  [ "${1:-}" = -- ] && shift
  if ! mkdir -p "$folder" 2>/dev/null || [ ! -w "$folder" ]; then
    say "$folder cannot be written; name another folder: SAMEBITS_BUILD=FOLDER"
    return 1
  fi
  forget_stale_cache "$folder"
  choose_ccache_folder
  ccache=$(command -v ccache || true)
  # What is built in follows from what is installed now, not when the folder was made.
  options=(-U SAMEBITS_VULKAN -U SAMEBITS_METAL -DCMAKE_CXX_COMPILER_LAUNCHER="$ccache")
  if [ ! -f "$folder/CMakeCache.txt" ] && command -v ninja >/dev/null; then options+=(-G Ninja); fi
  # shellcheck disable=SC2206
  options+=("$@" ${SAMEBITS_CMAKE:-})
  say "building ${targets[*]} in $folder"
  : >"$log"
  logged "$log" cmake -S "$source_tree" -B "$folder" "${options[@]}"
  logged "$log" cmake --build "$folder" --parallel "$(jobs)" --target "${targets[@]}"
}
