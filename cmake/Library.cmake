# SPDX-License-Identifier: Apache-2.0
#
# Makes libraries of samebits_objects:
#   samebits            what users link, static or shared by BUILD_SHARED_LIBS
#   samebits_internal   what the program and the tests link: always an archive
function(samebits_library name kind)
  add_library(${name} ${kind} $<TARGET_OBJECTS:samebits_objects>)
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${name} PRIVATE fmt::fmt hwy::hwy Threads::Threads ${CMAKE_DL_LIBS}
                                        ${SAMEBITS_FRAMEWORKS})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()

if(BUILD_SHARED_LIBS)
  samebits_library(samebits SHARED)
  samebits_library(samebits_internal STATIC)
  # Until 1.0 every minor version may change what programs were linked against.
  set_target_properties(samebits PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  if(NOT APPLE)
    # Templates of the standard library and of fmt are not hidden by the compiler.
    set(map ${PROJECT_SOURCE_DIR}/cmake/samebits.map)
    target_link_options(samebits PRIVATE "LINKER:--version-script=${map}" LINKER:--no-undefined)
    set_target_properties(samebits PROPERTIES LINK_DEPENDS ${map})
  endif()
else()
  samebits_library(samebits STATIC)
  add_library(samebits_internal ALIAS samebits)
endif()
add_library(samebits::samebits ALIAS samebits)
