# SPDX-License-Identifier: Apache-2.0
#
# Compiles src/numeric for a GPU where nvcc is present; skipped, by this message, where it is not.
#   cmake -DNVCC= -DSOURCE_DIR= -DWORK_DIR= -P this
if(NOT NVCC)
  message(STATUS "nvcc: not found")
  return()
endif()
file(MAKE_DIRECTORY ${WORK_DIR})
# Contraction to fused multiply-adds is nvcc's default and would break C4 and C5.
execute_process(
  COMMAND ${NVCC} -c -std=c++20 -arch=sm_80 -fmad=false -Werror all-warnings -I${SOURCE_DIR}/src
          ${SOURCE_DIR}/tests/cuda/numeric.cu -o ${WORK_DIR}/numeric.o
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE error)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "src/numeric does not compile as device code:\n${output}\n${error}")
endif()
message(STATUS "nvcc: src/numeric compiles as device code")
