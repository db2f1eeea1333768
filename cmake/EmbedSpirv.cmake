# SPDX-License-Identifier: Apache-2.0
#
# Run with -P: writes OUT, C++ text with one array of words for each NAME=FILE in MODULES.
set(text "// Generated; do not edit.\n#include <cstdint>\n")
foreach(module ${MODULES})
  string(REGEX MATCH "^([^=]+)=(.*)$" ignored "${module}")
  set(name ${CMAKE_MATCH_1})
  file(READ ${CMAKE_MATCH_2} hex HEX)
  # SPIR-V files are little-endian words.
  string(REGEX REPLACE "(..)(..)(..)(..)" "0x\\4\\3\\2\\1," words "${hex}")
  string(APPEND text "static constexpr std::uint32_t ${name}[] = {${words}};\n")
endforeach()
file(WRITE ${OUT} "${text}")
