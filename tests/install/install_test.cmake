# SPDX-License-Identifier: Apache-2.0
#
# Installs the build to a fresh place, and from there, knowing nothing of the source tree, builds
# and runs a consumer: by find_package, and by pkg-config in C++ and in C.
#   cmake -DBUILD_DIR= -DSOURCE_DIR= -DWORK_DIR= -DGENERATOR= -DCONFIG= -DCXX= -DCC= -P this
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

file(REMOVE_RECURSE "${WORK_DIR}")
set(prefix "${WORK_DIR}/a prefix")  # with a blank, as some have
run("install" ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix} --config "${CONFIG}")

run("configure" ${CMAKE_COMMAND} -S ${SOURCE_DIR}/consumer -B ${WORK_DIR}/build -G ${GENERATOR}
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=${prefix})
run("build" ${CMAKE_COMMAND} --build ${WORK_DIR}/build --config Release)
expect_bits("find_package" ${WORK_DIR}/build/consumer)

# A directory without a blank for pkg-config, whose output is words.
set(prefix "${WORK_DIR}/prefix")
run("install" ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix} --config "${CONFIG}")
find_program(pkg_config NAMES pkg-config pkgconf)
if(NOT pkg_config)
  message(STATUS "pkg-config: not found, not checked")
  return()
endif()
file(GLOB_RECURSE pc "${prefix}/samebits.pc")
get_filename_component(pc_directory "${pc}" DIRECTORY)
set(ENV{PKG_CONFIG_PATH} "${pc_directory}")
run("pkg-config" ${pkg_config} --static --cflags --libs samebits)
separate_arguments(flags UNIX_COMMAND "${output}")
string(FIND "${output}" "${prefix}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "samebits.pc does not say where it was installed: ${output}")
endif()
run("compile" ${CXX} -std=c++20 ${SOURCE_DIR}/consumer/consumer.cpp -o ${WORK_DIR}/by_pkg_config
    ${flags})
expect_bits("pkg-config, C++" ${WORK_DIR}/by_pkg_config)
run("compile" ${CC} -std=c11 ${SOURCE_DIR}/consumer/consumer.c -o ${WORK_DIR}/by_pkg_config_c
    ${flags})
expect_bits("pkg-config, C" ${WORK_DIR}/by_pkg_config_c)
