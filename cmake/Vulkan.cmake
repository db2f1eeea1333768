# SPDX-License-Identifier: Apache-2.0
#
# The Vulkan backend. Headers and glslang to build it; the loader is opened at run time.
find_package(Vulkan REQUIRED)

set(SAMEBITS_VULKAN_DIR ${PROJECT_SOURCE_DIR}/src/devices/vulkan)
set(samebits_vulkan_host
  call
  commands
  device
  device_copy
  memory
  operand_buffers
  shaders
  stream_race
  timestamps
  vulkan_backend)
list(TRANSFORM samebits_vulkan_host REPLACE "(.+)" "${SAMEBITS_VULKAN_DIR}/\\1.cpp")
target_sources(samebits_objects PRIVATE ${samebits_vulkan_host})
# Vulkan's own header costs the compiler three seconds a file, so the files that read it go together.
set_target_properties(samebits_objects PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
set_source_files_properties(${samebits_vulkan_host} PROPERTIES UNITY_GROUP vulkan)
samebits_vulkan_shaders(samebits_objects)
target_include_directories(samebits_objects SYSTEM PRIVATE ${Vulkan_INCLUDE_DIRS})
