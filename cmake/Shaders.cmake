# SPDX-License-Identifier: Apache-2.0
#
# Compiles src/devices/gpu/shaders/norm.comp once for each stage and arithmetic.
#
#   samebits_spirv(OUT STAGE DOUBLE HARDWARE RTE)
#     sets OUT to a SPIR-V file that the build will make
#   samebits_metal_sources(OUT)
#     sets OUT to files that the build will make: the same shaders, a stage each, translated to
#     Metal Shading Language by SPIRV-Cross, in shaders/metal of the build directory
#   samebits_vulkan_shaders(TARGET)
#     makes all modules that the Vulkan backend loads, as arrays in vulkan_shaders.inc, and has
#     TARGET built after them
find_program(SAMEBITS_GLSLANG NAMES glslangValidator glslang REQUIRED)

set(SAMEBITS_SHADER_DIR ${PROJECT_SOURCE_DIR}/src/devices/gpu/shaders)
file(GLOB SAMEBITS_SHADER_SOURCES CONFIGURE_DEPENDS ${SAMEBITS_SHADER_DIR}/*.glsl
     ${SAMEBITS_SHADER_DIR}/*.comp)
set(SAMEBITS_SPIRV_DIR ${PROJECT_BINARY_DIR}/shaders)
file(MAKE_DIRECTORY ${SAMEBITS_SPIRV_DIR})

function(samebits_spirv out stage double hardware rte)
  set(name norm_${stage}_${double}_${hardware}${rte})
  set(file ${SAMEBITS_SPIRV_DIR}/${name}.spv)
  add_custom_command(
    OUTPUT ${file}
    COMMAND ${SAMEBITS_GLSLANG} --quiet -V --target-env vulkan1.1 -DSTAGE=${stage}
            -DARITHMETIC_DOUBLE=${double} -DHARDWARE_FLOAT=${hardware} -DFLOAT_RTE=${rte}
            -o ${file} ${SAMEBITS_SHADER_DIR}/norm.comp
    DEPENDS ${SAMEBITS_SHADER_SOURCES}
    COMMENT "Compiling shader ${name}" VERBATIM)
  set(${out} ${file} PARENT_SCOPE)
endfunction()

function(samebits_vulkan_shaders target)
  set(files)
  set(arguments)
  foreach(stage RANGE 8)
    foreach(double 0 1)
      foreach(hardware 0 1)
        samebits_spirv(file ${stage} ${double} ${hardware} ${hardware})
        list(APPEND files ${file})
        list(APPEND arguments norm_${stage}_${double}_${hardware}=${file})
      endforeach()
    endforeach()
  endforeach()
  set(inc ${SAMEBITS_SPIRV_DIR}/vulkan_shaders.inc)
  add_custom_command(
    OUTPUT ${inc}
    COMMAND ${CMAKE_COMMAND} "-DMODULES=${arguments}" -DOUT=${inc}
            -P ${PROJECT_SOURCE_DIR}/cmake/EmbedSpirv.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/EmbedSpirv.cmake
    COMMENT "Embedding the shaders" VERBATIM)
  target_sources(${target} PRIVATE ${inc})
  target_include_directories(${target} PRIVATE ${SAMEBITS_SPIRV_DIR})
endfunction()

# Metal has no double, keeps float32 sums and products rounded to nearest even where fast math is
# off, and may flush subnormals: sums in integers, products by the device where they are promised.
function(samebits_metal_sources out)
  find_program(SAMEBITS_SPIRV_CROSS spirv-cross REQUIRED)
  set(files)
  foreach(stage RANGE 8)
    set(name norm_${stage})
    set(spirv ${SAMEBITS_SPIRV_DIR}/metal/${name}.metal.spv)
    set(source ${SAMEBITS_SPIRV_DIR}/metal/${name}.metal)
    add_custom_command(
      OUTPUT ${source}
      COMMAND ${SAMEBITS_GLSLANG} --quiet -V --target-env vulkan1.1 -DMETAL=1 -DSTAGE=${stage}
              -DARITHMETIC_DOUBLE=0 -DHARDWARE_FLOAT=1 -DFLOAT_RTE=0
              -o ${spirv} ${SAMEBITS_SHADER_DIR}/norm.comp
      COMMAND ${SAMEBITS_SPIRV_CROSS} --msl --msl-version 20200 --msl-decoration-binding
              --msl-force-native-arrays --output ${source} ${spirv}
      DEPENDS ${SAMEBITS_SHADER_SOURCES}
      COMMENT "Translating shader ${name} to Metal" VERBATIM)
    list(APPEND files ${source})
  endforeach()
  file(MAKE_DIRECTORY ${SAMEBITS_SPIRV_DIR}/metal)
  set(${out} ${files} PARENT_SCOPE)
endfunction()
