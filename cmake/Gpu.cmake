# SPDX-License-Identifier: Apache-2.0
#
# What the GPU backends share: a call's plan and program, and the shaders' sources.
include(cmake/Shaders.cmake)

set(SAMEBITS_GPU_DIR ${PROJECT_SOURCE_DIR}/src/devices/gpu)
target_sources(samebits_objects PRIVATE
  ${SAMEBITS_GPU_DIR}/constants.cpp
  ${SAMEBITS_GPU_DIR}/pack.cpp
  ${SAMEBITS_GPU_DIR}/parameters.cpp
  ${SAMEBITS_GPU_DIR}/plan.cpp
  ${SAMEBITS_GPU_DIR}/program.cpp
  ${SAMEBITS_GPU_DIR}/report.cpp)
