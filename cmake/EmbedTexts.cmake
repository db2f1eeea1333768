# SPDX-License-Identifier: Apache-2.0
#
# Run as a script: writes the text files INPUTS (with semicolons between) as a null-terminated array
# SYMBOL of C strings to OUTPUT. As lists of numbers, since compilers limit the length of a literal.
set(texts)
set(names)
set(number 0)
foreach(input IN LISTS INPUTS)
  file(READ "${input}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
  string(APPEND texts "static const char text_${number}[] = {\n${bytes}0};\n")
  string(APPEND names "text_${number}, ")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUTPUT}" "${texts}extern const char* const ${SYMBOL}[];
const char* const ${SYMBOL}[] = {${names}nullptr};
")
