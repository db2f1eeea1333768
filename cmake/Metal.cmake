# SPDX-License-Identifier: Apache-2.0
#
# The Metal backend, on macOS: the shaders of src/devices/gpu translated at build time.
if(NOT APPLE)
  message(FATAL_ERROR "SAMEBITS_METAL needs macOS")
endif()
enable_language(OBJCXX)

samebits_metal_sources(SAMEBITS_METAL_SOURCES)
set(SAMEBITS_METAL_INC ${SAMEBITS_SPIRV_DIR}/metal/metal_sources.inc)
add_custom_command(
  OUTPUT ${SAMEBITS_METAL_INC}
  COMMAND ${CMAKE_COMMAND} "-DFILES=${SAMEBITS_METAL_SOURCES}" -DOUT=${SAMEBITS_METAL_INC}
          -P ${PROJECT_SOURCE_DIR}/cmake/EmbedMetalSources.cmake
  DEPENDS ${SAMEBITS_METAL_SOURCES} ${PROJECT_SOURCE_DIR}/cmake/EmbedMetalSources.cmake
  COMMENT "Embedding the Metal sources" VERBATIM)

set(SAMEBITS_METAL_DIR ${PROJECT_SOURCE_DIR}/src/devices/metal)
target_sources(samebits_objects PRIVATE
  ${SAMEBITS_METAL_INC}
  ${SAMEBITS_METAL_DIR}/metal_backend.mm
  ${SAMEBITS_METAL_DIR}/metal_call.mm
  ${SAMEBITS_METAL_DIR}/metal_device.mm)
set_source_files_properties(
  ${SAMEBITS_METAL_DIR}/metal_backend.mm ${SAMEBITS_METAL_DIR}/metal_call.mm
  ${SAMEBITS_METAL_DIR}/metal_device.mm PROPERTIES COMPILE_OPTIONS -fobjc-arc)
target_include_directories(samebits_objects PRIVATE ${SAMEBITS_SPIRV_DIR}/metal)
set(SAMEBITS_FRAMEWORKS "-framework Foundation" "-framework Metal")
