# SPDX-License-Identifier: Apache-2.0
#
# The Vulkan backend. Headers and glslang to build it; the loader is opened at run time.
find_package(Vulkan REQUIRED)
include(cmake/Shaders.cmake)

set(SAMEBITS_VULKAN_DIR ${PROJECT_SOURCE_DIR}/src/backends/vulkan)
target_sources(samebits_objects PRIVATE
  ${SAMEBITS_VULKAN_DIR}/call.cpp
  ${SAMEBITS_VULKAN_DIR}/commands.cpp
  ${SAMEBITS_VULKAN_DIR}/constants.cpp
  ${SAMEBITS_VULKAN_DIR}/device.cpp
  ${SAMEBITS_VULKAN_DIR}/device_copy.cpp
  ${SAMEBITS_VULKAN_DIR}/knobs.cpp
  ${SAMEBITS_VULKAN_DIR}/memory.cpp
  ${SAMEBITS_VULKAN_DIR}/operand_buffers.cpp
  ${SAMEBITS_VULKAN_DIR}/pack.cpp
  ${SAMEBITS_VULKAN_DIR}/parameters.cpp
  ${SAMEBITS_VULKAN_DIR}/plan.cpp
  ${SAMEBITS_VULKAN_DIR}/program.cpp
  ${SAMEBITS_VULKAN_DIR}/report.cpp
  ${SAMEBITS_VULKAN_DIR}/shaders.cpp
  ${SAMEBITS_VULKAN_DIR}/stream_race.cpp
  ${SAMEBITS_VULKAN_DIR}/timestamps.cpp
  ${SAMEBITS_VULKAN_DIR}/vulkan_backend.cpp)
samebits_vulkan_shaders(samebits_objects)
target_include_directories(samebits_objects SYSTEM PRIVATE ${Vulkan_INCLUDE_DIRS})
