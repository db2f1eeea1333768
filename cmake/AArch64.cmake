# SPDX-License-Identifier: Apache-2.0
#
# A toolchain file: cross-compiles for AArch64 Linux against the libraries unpacked into
# SAMEBITS_SYSROOT by script/test-aarch64.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SAMEBITS_SYSROOT)
set(CMAKE_FIND_ROOT_PATH ${SAMEBITS_SYSROOT})
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
# Debian's multiarch headers, such as openssl/opensslconf.h, which a cross compiler seeks in its own
# tree only.
set(CMAKE_CXX_FLAGS_INIT "-isystem \"${SAMEBITS_SYSROOT}/usr/include/aarch64-linux-gnu\"")
