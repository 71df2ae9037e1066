# Installs clino.hpp and the headers of `folders` from `source_dir` under `include_dir`/clino. Inside
# the sources an include is `"core/graph.hpp"`; installed it is `"clino/core/graph.hpp"`, so that a
# program's include path gains the name clino and no other.
list(JOIN folders "|" any_folder)
list(TRANSFORM folders REPLACE "(.+)" "${source_dir}/\\1/*.hpp" OUTPUT_VARIABLE patterns)
file(GLOB_RECURSE headers RELATIVE ${source_dir} ${patterns})

file(REMOVE_RECURSE ${staging_dir})
foreach(header clino.hpp ${headers})
  file(READ ${source_dir}/${header} text)
  string(REGEX REPLACE "#include \"(${any_folder})/" "#include \"clino/\\1/" text "${text}")
  file(WRITE ${staging_dir}/clino/${header} "${text}")
endforeach()

cmake_path(ABSOLUTE_PATH include_dir BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" OUTPUT_VARIABLE destination)
file(INSTALL ${staging_dir}/clino DESTINATION ${destination})
