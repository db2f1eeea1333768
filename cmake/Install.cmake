# SPDX-License-Identifier: Apache-2.0
#
# An installed samebits knows nothing of the tree that it was built from, and may be moved.
include(CMakePackageConfigHelpers)
if(APPLE)
  set(SAMEBITS_CXX_LIBRARY c++)
else()
  set(SAMEBITS_CXX_LIBRARY stdc++)
endif()

install(TARGETS samebits EXPORT samebitsTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
file(GLOB samebits_headers CONFIGURE_DEPENDS include/samebits/*.h include/samebits/*.hpp)
install(FILES ${samebits_headers} ${PROJECT_BINARY_DIR}/include/samebits/version.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/samebits)
install(EXPORT samebitsTargets NAMESPACE samebits:: DESTINATION
        ${CMAKE_INSTALL_LIBDIR}/cmake/samebits)
configure_package_config_file(cmake/samebitsConfig.cmake.in cmake/samebitsConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/samebits)
write_basic_package_version_file(cmake/samebitsConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/samebitsConfig.cmake
              ${PROJECT_BINARY_DIR}/cmake/samebitsConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/samebits)

# Where the .pc file lies, prefix is found from there, so that `cmake --install --prefix` may choose
# another place.
file(RELATIVE_PATH SAMEBITS_PREFIX_FROM_PC "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
# What an archive was compiled against its users must link; a shared library has it already.
set(requires "fmt libhwy")
list(JOIN SAMEBITS_FRAMEWORKS " " frameworks)
set(libs "-l${SAMEBITS_CXX_LIBRARY} -lm -lpthread ${frameworks}")
foreach(library IN LISTS CMAKE_DL_LIBS)
  string(APPEND libs " -l${library}")
endforeach()
if(BUILD_SHARED_LIBS)
  set(SAMEBITS_PC_TEXT
      "Requires.private: ${requires}\nLibs: -L\${libdir} -lsamebits\nLibs.private: ${libs}")
else()
  set(SAMEBITS_PC_TEXT
      "Requires: ${requires}\nLibs: -L\${libdir} -lsamebits ${libs}")
endif()
configure_file(cmake/samebits.pc.in samebits.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/samebits.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES LICENSE README.md README.zh.md contract/CONTRACT.md
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
if(TARGET samebits_program)
  install(TARGETS samebits_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  # The hidden states that `samebits compare` takes where it is given none.
  install(FILES data/smollm2.safetensors DESTINATION ${CMAKE_INSTALL_DATADIR}/samebits)
endif()
