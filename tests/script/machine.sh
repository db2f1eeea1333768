# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the tests of script/: a machine with only the programs that a test gives it. Usage:
#   TEST.sh SOURCE_DIR WORK_DIR
set -euo pipefail
source_dir=$1
work=$2
rm -rf "$work"
mkdir -p "$work/bin"
work=$(cd "$work" && pwd -P)
failures=0

for program in bash sh env dirname readlink grep sed awk sort tr tail cat cut mkdir rm cp ln chmod touch tee \
               head getconf printf sleep cksum uname true; do
  real=$(type -P "$program") || true
  [ -z "$real" ] || ln -s "$real" "$work/bin/$program"
done

# has NAME [BODY]: a program of that name, which does BODY, a line of bash.
has() {
  rm -f "$work/bin/$1"
  printf '#!%s\n%s\n' "$(command -v bash)" "${2:-exit 0}" >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}

has_no() { for name in "$@"; do rm -f "$work/bin/$name"; done; }

# on_machine COMMAND...: its output in $output, its exit status in $status.
on_machine() {
  status=0
  output=$(env -i PATH="$work/bin" HOME="${home:-$work}" TMPDIR="$work" ${environment[@]+"${environment[@]}"} \
    "$@" 2>&1 </dev/null) || status=$?
}
environment=()

fail() {
  printf 'FAILED: %s\nexit status %s, output:\n%s\n' "$1" "$status" "$output"
  failures=$((failures + 1))
}

# expect STATUS [TEXT...]: of the last command; a text that begins with "!" must not be there.
expect() {
  local wanted=$1 text
  shift
  [ "$status" -eq "$wanted" ] || fail "${FUNCNAME[1]}: expected exit status $wanted"
  for text in "$@"; do
    case $text in
      '!'*) ! grep -qF -- "${text#!}" <<<"$output" || fail "${FUNCNAME[1]}: did not expect '${text#!}'" ;;
      *) grep -qF -- "$text" <<<"$output" || fail "${FUNCNAME[1]}: expected '$text'" ;;
    esac
  done
}

# Runs every function called test_...
run_tests() {
  local test
  for test in $(compgen -A function test_); do "$test"; done
  [ "$failures" -eq 0 ] || exit 1
  echo "passed: $(compgen -A function test_ | tr '\n' ' ')"
}
