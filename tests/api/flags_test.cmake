# SPDX-License-Identifier: Apache-2.0
#
# The compiler's side of C2. Two checks:
#   - no program of ours holds the start-up code that switches flush-to-zero on for the process,
#     which gcc links in under -ffast-math;
#   - the numeric headers refuse to be compiled with fast-math.
#   cmake -DNM= -DBINARIES= -DCXX= -DSOURCE_DIR= -P this
foreach(binary IN LISTS BINARIES)
  execute_process(COMMAND ${NM} ${binary} RESULT_VARIABLE result OUTPUT_VARIABLE symbols
                  ERROR_VARIABLE error)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${NM} ${binary}: ${error}")
  endif()
  if(NOT symbols MATCHES "rms_norm")
    message(FATAL_ERROR "${binary} has no symbols to look through")
  endif()
  if(symbols MATCHES "set_fast_math")
    message(FATAL_ERROR "${binary} switches flush-to-zero on when it starts (set_fast_math)")
  endif()
endforeach()

file(GLOB headers "${SOURCE_DIR}/src/numeric/*.hpp")
function(compile header)
  execute_process(COMMAND ${CXX} -std=c++20 -I${SOURCE_DIR}/src -x c++ -fsyntax-only ${ARGN}
                          ${header} RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE error)
  set(result "${result}" PARENT_SCOPE)
  set(error "${error}" PARENT_SCOPE)
endfunction()
compile(${SOURCE_DIR}/src/numeric/portable.hpp)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "portable.hpp is refused without fast-math too: ${error}")
endif()
foreach(header IN LISTS headers)
  compile(${header} -ffast-math)
  if(result EQUAL 0 OR NOT error MATCHES "must not be compiled with fast-math")
    message(FATAL_ERROR "${header} accepts -ffast-math: ${result} ${error}")
  endif()
endforeach()
