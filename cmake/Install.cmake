# SPDX-License-Identifier: Apache-2.0
include(CMakePackageConfigHelpers)

install(TARGETS samebits EXPORT samebitsTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES include/samebits/samebits.h include/samebits/samebits.hpp
              ${PROJECT_BINARY_DIR}/include/samebits/version.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/samebits)
install(EXPORT samebitsTargets NAMESPACE samebits:: DESTINATION
        ${CMAKE_INSTALL_LIBDIR}/cmake/samebits)
configure_package_config_file(cmake/samebitsConfig.cmake.in cmake/samebitsConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/samebits)
write_basic_package_version_file(cmake/samebitsConfigVersion.cmake COMPATIBILITY SameMinorVersion)
# Relative to the file itself, so that `cmake --install --prefix` may choose another place.
file(RELATIVE_PATH SAMEBITS_PREFIX_FROM_PC "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/samebits.pc.in samebits.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/cmake/samebitsConfig.cmake
              ${PROJECT_BINARY_DIR}/cmake/samebitsConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/samebits)
install(FILES ${PROJECT_BINARY_DIR}/samebits.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(TARGET samebits_program)
  install(TARGETS samebits_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
