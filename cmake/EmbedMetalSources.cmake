# SPDX-License-Identifier: Apache-2.0
#
# Run with -P: writes OUT, a C++ array of the texts of FILES.
set(text "// Generated; do not edit.\nstatic constexpr const char* kMetalSources[] = {\n")
foreach(file ${FILES})
  file(READ ${file} content)
  string(APPEND text "R\"samebits(${content})samebits\",\n")
endforeach()
file(WRITE ${OUT} "${text}};\n")
