#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# script/compare as a user meets it: where the tree lies, what may be written, what is missing. CMake
# and the program are stand-ins that write down what they were asked.
source "$(dirname "$0")/machine.sh"

has dpkg-query "echo 'install ok installed'"
has id 'echo 0'
has c++

# A tree with our scripts and a CMake that makes a build folder as the real one would.
fresh_tree() {
  tree=$work/$1
  rm -rf "$tree"
  mkdir -p "$tree"
  cp -R "$source_dir/script" "$tree/script"
  has cmake '
    echo "cmake $*" >>"'"$work"'/asked"
    echo "CCACHE_DIR=${CCACHE_DIR:-}" >>"'"$work"'/asked"
    if [ "$1" = --build ]; then
      printf "#!'"$(command -v bash)"'\npwd\nprintf \"<%%s>\" \"\$@\"\n" >"$2/samebits"
      chmod +x "$2/samebits"
    else
      cd "$4"
      [ -f CMakeCache.txt ] || printf "%s\n" "CMAKE_HOME_DIRECTORY:INTERNAL=$2" "CMAKE_CACHEFILE_DIR:INTERNAL=$4" \
        "CMAKE_CXX_COMPILER:FILEPATH='"$work"'/bin/c++" "SAMEBITS_TESTS:BOOL=${TESTS_WERE:-OFF}" >CMakeCache.txt
      touch build.ninja
    fi'
  rm -f "$work/asked"
}

asked() { output=$(cat "$work/asked") status=0; }

test_compare_builds_without_tests() {
  fresh_tree plain
  on_machine "$tree/script/compare" --shape 2x8
  expect 0 "<compare><--shape><2x8>"
  asked
  expect 0 -DSAMEBITS_TESTS=OFF -DSAMEBITS_CLI=ON "-U SAMEBITS_VULKAN"
}

test_compare_leaves_a_folder_with_tests_alone() {
  fresh_tree plain
  environment=(TESTS_WERE=ON)
  on_machine "$tree/script/compare"
  rm "$work/asked"
  on_machine "$tree/script/compare"
  environment=()
  asked
  expect 0 -DSAMEBITS_TESTS=ON
}

test_a_path_with_blanks() {
  fresh_tree 'a tree'
  on_machine "$tree/script/compare" -i 'my x.npy'
  expect 0 "<compare><-i><my x.npy>"
}

test_the_callers_folder_is_kept() {
  fresh_tree plain
  mkdir -p "$work/elsewhere"
  ln -sf "$tree/script/compare" "$work/elsewhere/compare"
  on_machine bash -c 'cd "$1" && sh ./compare' bash "$work/elsewhere"
  expect 0 "$work/elsewhere"
}

test_a_build_folder_elsewhere() {
  fresh_tree plain
  environment=(SAMEBITS_BUILD="$work/built here" SAMEBITS_CMAKE='-DSAMEBITS_VULKAN=OFF -DCMAKE_BUILD_TYPE=Debug')
  on_machine "$tree/script/compare"
  environment=()
  expect 0 "<compare>"
  [ ! -e "$tree/build" ] || fail "the source tree was written to"
  asked
  expect 0 "-B $work/built here" "-DSAMEBITS_VULKAN=OFF -DCMAKE_BUILD_TYPE=Debug"
}

test_a_copied_tree_is_configured_anew() {
  fresh_tree plain
  on_machine "$tree/script/compare"
  expect 0 '!configuring it anew'
  on_machine "$tree/script/compare"
  expect 0 '!configuring it anew'
  rm -rf "$work/copy"
  cp -R "$tree" "$work/copy"
  on_machine "$work/copy/script/compare"
  expect 0 "configured in another place; configuring it anew" "<compare>"
  grep -q "DIRECTORY:INTERNAL=$work/copy" "$work/copy/build/CMakeCache.txt" || fail "the old cache was kept"
}

test_another_compiler_is_noticed() {
  fresh_tree plain
  on_machine "$tree/script/compare"
  has clang++
  environment=(CXX=clang++)
  on_machine "$tree/script/compare"
  environment=()
  expect 0 "for another compiler"
}

test_a_compiler_cache_that_cannot_be_written() {
  fresh_tree plain
  has ccache "echo /proc/no/such/folder"
  on_machine "$tree/script/compare"
  asked
  expect 0 "CCACHE_DIR=$tree/build/ccache" "LAUNCHER=$work/bin/ccache"
  has ccache "echo '$work/cache'"
  fresh_tree plain
  on_machine "$tree/script/compare"
  asked
  expect 0 '!CCACHE_DIR=/'
  has_no ccache
  fresh_tree plain
  on_machine "$tree/script/compare"
  asked
  expect 0 '!LAUNCHER=/'
}

test_a_build_folder_that_cannot_be_written() {
  fresh_tree plain
  environment=(SAMEBITS_BUILD=/proc/no/such/folder)
  on_machine "$tree/script/compare"
  environment=()
  expect 1 "SAMEBITS_BUILD=FOLDER"
}

test_what_is_missing_does_not_stop_compare() {
  fresh_tree plain
  has dpkg-query 'exit 1'
  has id 'echo 1000'
  on_machine "$tree/script/compare"
  has dpkg-query "echo 'install ok installed'"
  has id 'echo 0'
  expect 0 "going on with what is here" "<compare>"
}

test_a_failure_shows_the_log() {
  fresh_tree plain
  has cmake 'echo "CMake Error: no fmt"; exit 1'
  on_machine "$tree/script/compare"
  expect 1 "CMake Error: no fmt" build.log
}

# ctest ends with a list of what it did not run; script/test repeats it as its last words.
test_a_test_that_did_not_run_is_named() {
  fresh_tree plain
  has ctest 'printf "%s\n" "1/2 Test #7: A.B ....***Skipped" "" "The following tests did not run:" "	  7 - A.B (Skipped)"'
  on_machine "$tree/script/test" quick
  expect 0 "all of: quick passed"
  [ "$(tail -n 2 <<<"$output" | tr '\n' '|')" = "1 did not run here:|  A.B|" ] || fail "the test is not named at the end"
  on_machine "$tree/script/test" format
  expect 0 "format (clang-format 14 is not here)"
  has ctest 'exit 8'
  on_machine "$tree/script/test" quick
  expect 8 "!all of"
}

run_tests
