#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# script/bootstrap on machines of many kinds: what it asks for, and what it does where it may not
# install.
source "$(dirname "$0")/machine.sh"
bootstrap=$source_dir/script/bootstrap

# dpkg_knows NAME...: these packages are installed and no others; "all": every one is.
dpkg_knows() {
  has dpkg-query "case ' $* ' in *' all '* | *\" \$4 \"*) echo 'install ok installed' ;; *) exit 1 ;; esac"
}

forget() { has_no dpkg-query apt-get apt-cache brew rpm pacman apk sudo; has id 'echo 1000'; }

test_nothing_to_install_needs_no_package_manager() {
  forget; dpkg_knows all
  on_machine "$bootstrap" compare
  expect 0 "everything is installed"
  on_machine "$bootstrap"
  expect 0 "everything is installed"
}

test_compare_asks_for_no_test_package() {
  forget; dpkg_knows none
  on_machine "$bootstrap" --check compare
  expect 1 g++ cmake libhwy-dev mesa-vulkan-drivers '!libgtest' '!libgmp' '!benchmark' '!clang' '!qemu' '!validation'
  on_machine "$bootstrap" --check quick
  expect 1 g++ libgtest-dev '!qemu' '!clang-tidy' '!benchmark'
  on_machine "$bootstrap" --check test
  expect 1 libgtest-dev libbenchmark-dev qemu-user libclang-rt-dev '!clang-tidy'
  on_machine "$bootstrap" --check
  expect 1 qemu-user clang-tidy-14 clang-format-14 vulkan-validationlayers
}

test_an_older_name_will_do() {
  forget; dpkg_knows libclang-rt-14-dev
  on_machine "$bootstrap" --check fuzz
  expect 1 '!libclang-rt'
}

test_without_sudo_the_line_for_an_administrator() {
  forget; dpkg_knows none; has apt-get
  on_machine "$bootstrap" compare
  expect 1 "there is no sudo" "apt-get install --no-install-recommends g++ cmake"
  has sudo 'echo "sudo: no" >&2; exit 1'
  on_machine "$bootstrap" compare
  expect 1 "sudo does not let this user install" "apt-get install --no-install-recommends g++ cmake"
}

# What apt-get was asked, and whether a question could have waited for an answer.
test_apt_is_asked_for_the_names_of_this_release() {
  forget; dpkg_knows none
  has sudo 'exec "${@:2}"'  # after its -n
  has apt-get 'echo "$DEBIAN_FRONTEND: $*" >>"'"$work"'/asked"'
  has apt-cache 'for name in "${@:2}"; do [ "$name" = libclang-rt-dev ] || [ "$name" = glslang-tools ] || echo "$name | 1 | here"; done'
  rm -f "$work/asked"
  on_machine "$bootstrap" fuzz
  expect 1 "this release does not have: glslang-tools"
  output=$(cat "$work/asked") status=0
  expect 0 'noninteractive: ' libclang-rt-14-dev '!libclang-rt-dev' '!glslang'
}

test_other_systems_get_their_own_names() {
  forget; has rpm 'exit 1'
  on_machine "$bootstrap" compare
  expect 1 "dnf install gcc-c++ cmake" highway-devel '!apt-get'
  forget; has pacman 'exit 1'
  on_machine "$bootstrap" compare
  expect 1 "pacman -S --needed gcc cmake" vulkan-swrast
  forget; has apk 'exit 1'
  on_machine "$bootstrap" compare
  expect 1 "apk add g++ cmake" mesa-vulkan-swrast
  forget
  on_machine "$bootstrap" compare
  expect 1 "no package manager" "g++ cmake"
}

test_the_shell_may_be_sh_and_the_script_a_link() {
  forget; dpkg_knows all
  on_machine sh "$bootstrap" compare
  expect 0 "everything is installed"
  ln -sf "$bootstrap" "$work/a link"
  on_machine "$work/a link" compare
  expect 0 "everything is installed"
}

test_an_unknown_purpose_is_refused() {
  forget
  on_machine "$bootstrap" everything
  expect 2 "unknown purpose 'everything'"
}

run_tests
