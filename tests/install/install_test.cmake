# SPDX-License-Identifier: Apache-2.0
#
# One step of installing samebits and using what was installed, knowing nothing of the source tree.
#   cmake -DSTEP= -DKIND= -DSETTINGS=FILE -P this
# KIND names a folder; "shared" is built anew as part of another project, any other is this build.
# SETTINGS is a file of CMake text that sets BUILD_DIR, SOURCE_DIR, WORK_DIR, GENERATOR, CONFIG, CXX,
# CC, NM and READELF.
include(${SETTINGS})
set(work "${WORK_DIR}/${KIND}")
set(prefix "${work}/prefix")
set(consumers "${SOURCE_DIR}/tests/install")
set(build_type Release)
# As the oracle says.
set(expected "3f08c9e9 bf08c9e9 4099e326 3ebf8113 ")

function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output
                  ERROR_VARIABLE error)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${what} failed (${result}):\n${ARGN}\n${output}\n${error}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect_bits what)
  run("${what}" ${ARGN})
  if(NOT output STREQUAL expected)
    message(FATAL_ERROR "${what} printed '${output}', expected '${expected}'")
  endif()
  message(STATUS "${what}: ${output}")
endfunction()

function(find_library_file)
  file(GLOB_RECURSE found "${prefix}/libsamebits.so")
  if(NOT found)
    message(FATAL_ERROR "no libsamebits.so under ${prefix}")
  endif()
  set(library "${found}" PARENT_SCOPE)
endfunction()

# Configures the project in FOLDER with what else is given, and builds it.
function(build_project folder build)
  run("configure ${folder}" ${CMAKE_COMMAND} -S ${folder} -B ${build} -G ${GENERATOR}
      -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_C_COMPILER=${CC} -DCMAKE_BUILD_TYPE=${build_type} ${ARGN})
  run("build ${folder}" ${CMAKE_COMMAND} --build ${build} --config Release)
endfunction()

# ---- steps -------------------------------------------------------------------------------------

# This build, to a prefix with a blank, as some have, and to one without for pkg-config, whose output
# is words.
function(step_install)
  file(REMOVE_RECURSE "${work}")
  if(KIND STREQUAL shared)
    # Without optimization: sooner built, and the bits must be the same.
    set(build_type Debug)
    build_project(${consumers}/parent ${work}/parent -DBUILD_SHARED_LIBS=ON
                  -DSAMEBITS_SOURCE=${SOURCE_DIR} -DSAMEBITS_VULKAN=OFF -DSAMEBITS_INSTALL=ON)
    expect_bits("as a part of another project" ${work}/parent/consumer)
    set(build_dir ${work}/parent)
    set(CONFIG ${build_type})
  else()
    set(build_dir ${BUILD_DIR})
  endif()
  foreach(to "${prefix}" "${work}/a prefix")
    run("install" ${CMAKE_COMMAND} --install ${build_dir} --prefix ${to} --config "${CONFIG}")
  endforeach()
endfunction()

# Another project installs only what it asks for.
function(step_parent_installs_nothing)
  set(build ${WORK_DIR}/parent_installs_nothing)
  file(REMOVE_RECURSE ${build})
  run("configure" ${CMAKE_COMMAND} -S ${consumers}/parent -B ${build} -G ${GENERATOR}
      -DCMAKE_CXX_COMPILER=${CXX} -DSAMEBITS_SOURCE=${SOURCE_DIR} -DSAMEBITS_VULKAN=OFF)
  file(GLOB_RECURSE scripts ${build}/cmake_install.cmake)
  foreach(script IN LISTS scripts)
    file(READ ${script} text)
    if(text MATCHES "samebits\\.hpp|libsamebits")
      message(FATAL_ERROR "${script} installs samebits with the project that contains it")
    endif()
  endforeach()
endfunction()

function(step_cmake_cpp)
  build_project(${consumers}/cpp_consumer ${work}/cpp "-DCMAKE_PREFIX_PATH=${work}/a prefix")
  expect_bits("find_package, C++" ${work}/cpp/consumer)
endfunction()

function(step_cmake_c)
  build_project(${consumers}/c_consumer ${work}/c "-DCMAKE_PREFIX_PATH=${work}/a prefix")
  expect_bits("find_package, C alone" ${work}/c/consumer)
endfunction()

function(step_pkg_config)
  find_program(pkg_config NAMES pkg-config pkgconf)
  if(NOT pkg_config)
    message(STATUS "NOT RUN: there is no pkg-config")
    return()
  endif()
  file(GLOB_RECURSE pc "${prefix}/samebits.pc")
  get_filename_component(pc_directory "${pc}" DIRECTORY)
  get_filename_component(library_directory "${pc_directory}" DIRECTORY)
  set(ENV{PKG_CONFIG_PATH} "${pc_directory}")
  run("pkg-config" ${pkg_config} --cflags --libs samebits)
  # pkg-config writes a blank in a path as "\ ".
  separate_arguments(flags UNIX_COMMAND "${output}")
  list(APPEND flags "-Wl,-rpath,${library_directory}")
  run("compile" ${CXX} -std=c++20 ${consumers}/cpp_consumer/consumer.cpp -o
      ${work}/by_pkg_config ${flags})
  expect_bits("pkg-config, C++" ${work}/by_pkg_config)
  run("compile" ${CC} -std=c11 ${consumers}/c_consumer/consumer.c -o ${work}/by_pkg_config_c
      ${flags})
  expect_bits("pkg-config, C" ${work}/by_pkg_config_c)
endfunction()

# The public headers alone, in C and in C++; among them what a plugin of the audit includes.
function(step_headers)
  file(WRITE ${work}/headers.c "#include <samebits/samebits.h>\n#include <samebits/subject.h>\n")
  run("C" ${CC} -std=c11 -pedantic-errors -Wall -Wextra -Werror -fsyntax-only -I${prefix}/include
      ${work}/headers.c)
  file(WRITE ${work}/headers.cpp
       "#include <samebits/samebits.h>\n#include <samebits/samebits.hpp>\n#include <samebits/testing.hpp>\n#include <samebits/subject.h>\n")
  run("C++" ${CXX} -std=c++20 -pedantic-errors -Wall -Wextra -Werror -fsyntax-only
      -I${prefix}/include ${work}/headers.cpp)
endfunction()

# A shared library has a name with its version, offers its API and nothing else, and all of the API.
function(step_exports)
  find_library_file()
  run("readelf" ${READELF} -d ${library})
  if(NOT output MATCHES "Library soname: \\[libsamebits\\.so\\.[0-9]+\\.[0-9]+\\]")
    message(FATAL_ERROR "${library} has no soname with a version:\n${output}")
  endif()
  run("nm" ${NM} -D --defined-only -C ${library})
  string(REPLACE "\n" ";" lines "${output}")
  set(count 0)
  foreach(line IN LISTS lines)
    if(line STREQUAL "")
      continue()
    endif()
    math(EXPR count "${count} + 1")
    if(NOT line MATCHES " (samebits::|samebits_|(typeinfo|typeinfo name|vtable) for samebits::)" OR
       line MATCHES "samebits::(cpu|core|backends|numeric|rms_norm_op|gpu|vulkan)::")
      message(FATAL_ERROR "${library} offers what is not its API: ${line}")
    endif()
  endforeach()
  foreach(name samebits_rms_norm samebits_rms_norm_init samebits_rms_norm_supports
               samebits_where_init samebits_last_error samebits_version "samebits::rms_norm\\("
               "samebits::supports\\(" "samebits::baselines::rms_norm\\("
               "samebits::testing::prepare\\(" "samebits::devices\\(" "samebits::Device::parse\\("
               "samebits::testing::simd_targets" "typeinfo for samebits::Error"
               "typeinfo for samebits::Executor")
    if(NOT output MATCHES "${name}")
      message(FATAL_ERROR "${library} does not offer ${name}")
    endif()
  endforeach()
  message(STATUS "${count} names")
endfunction()

# The installed program works where it was put, and neither it nor its help knows the source tree.
function(step_program)
  set(program "${work}/a prefix/bin/samebits")
  file(STRINGS ${program} found REGEX "${SOURCE_DIR}/|${BUILD_DIR}/")
  if(found)
    message(FATAL_ERROR "${program} names the place that it was built in: ${found}")
  endif()
  run("selftest" ${program} selftest --device cpu --quiet)
  run("compare" ${program} compare --device cpu --method exact --repeats 1
      --output ${work}/report)
  foreach(command compare audit replay norm selftest devices)
    run("help" ${program} ${command} --help)
    if(output MATCHES "script/|docs/|src/|tests/")
      message(FATAL_ERROR "samebits ${command} --help names a part of the source tree:\n${output}")
    endif()
  endforeach()
endfunction()

function(step_dlopen)
  find_library_file()
  run("compile" ${CC} -std=gnu11 -I${prefix}/include ${consumers}/dlopen.c -o ${work}/dlopen -ldl)
  run("dlopen" ${work}/dlopen ${library})
endfunction()

function(step_ctypes)
  find_program(python NAMES python3)
  if(NOT python)
    message(STATUS "NOT RUN: there is no python3")
    return()
  endif()
  find_library_file()
  expect_bits("ctypes" ${python} ${consumers}/ctypes_consumer.py ${library})
endfunction()

cmake_language(CALL step_${STEP})
