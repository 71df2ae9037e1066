# clino_embed_texts(TARGET NAMESPACE [VARIABLE FILE]...): compiles files into TARGET as
# `extern const std::string_view VARIABLE` in clino::NAMESPACE, and the SHA-256 of what is embedded,
# in hexadecimal, as VARIABLE_sha256. Done when configuring, and again whenever a file changes.
# Lines that name a source map are left out: there is none beside an embedded text.
function(clino_embed_texts target namespace)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${namespace}.cpp)
  set(text "#include <string_view>\n\nnamespace clino::${namespace} {\n\n")
  while(ARGN)
    list(POP_FRONT ARGN variable file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} content)
    string(REGEX REPLACE "/[/*]# sourceMappingURL=[^\n]*" "" content "${content}")
    string(SHA256 hash "${content}")
    string(APPEND text "extern const std::string_view ${variable}, ${variable}_sha256;\n"
                       "const std::string_view ${variable} = R\"clino_text(${content})clino_text\";\n"
                       "const std::string_view ${variable}_sha256 = \"${hash}\";\n\n")
  endwhile()
  string(APPEND text "}  // namespace clino::${namespace}\n")
  # Left alone where nothing has changed, so that nothing is compiled again. file(GENERATE) would
  # take a text's `$<` for its own.
  set(present "")
  if(EXISTS ${source})
    file(READ ${source} present)
  endif()
  if(NOT present STREQUAL text)
    file(WRITE ${source} "${text}")
  endif()
  target_sources(${target} PRIVATE ${source})
  # Apart: clang-tidy, which reads joined files, has nothing to say of texts but that they are long.
  set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
