# SPDX-License-Identifier: Apache-2.0
#
# Every test of a GoogleTest program is given the options of both sanitizers, and no test's name holds
# the bytes of an object, which differ in every run. What is asked is ctest's own list.
#   cmake -DCTEST= -DBUILD_DIR= -P this
execute_process(COMMAND ${CTEST} --test-dir ${BUILD_DIR} --show-only=json-v1
                OUTPUT_VARIABLE list COMMAND_ERROR_IS_FATAL ANY)
if(list MATCHES "\"([^\"]*-byte object <[^\"]*)\"")
  message(FATAL_ERROR "discover tests with NO_PRETTY_VALUES: ${CMAKE_MATCH_1}")
endif()
string(JSON last LENGTH "${list}" tests)
math(EXPR last "${last} - 1")
set(checked 0)
foreach(i RANGE ${last})
  string(JSON test GET "${list}" tests ${i})
  if(NOT test MATCHES "\"LABELS\",[^]]*_test\"")  # the program's name
    continue()
  endif()
  math(EXPR checked "${checked} + 1")
  foreach(option "TSAN_OPTIONS=halt_on_error=1" "ASAN_OPTIONS=set:allocator_may_return_null=1")
    string(FIND "${test}" "\"${option}\"" found)
    if(found EQUAL -1)
      message(FATAL_ERROR "${option} does not reach this test:\n${test}")
    endif()
  endforeach()
endforeach()
if(checked LESS 100)
  message(FATAL_ERROR "only ${checked} tests were found")
endif()
message(STATUS "${checked} tests have both")
