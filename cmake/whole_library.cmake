# clino::clino is all folders together, with the include path of <clino/clino.hpp>.
list(TRANSFORM clino_folders PREPEND clino_ OUTPUT_VARIABLE clino_targets)
add_library(clino INTERFACE)
add_library(clino::clino ALIAS clino)
target_link_libraries(clino INTERFACE ${clino_targets})

# In the build tree `clino/` is a link to the sources, so that a program's includes are the same
# whether Clino is installed or a subdirectory.
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include)
file(CREATE_LINK ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/include/clino SYMBOLIC)
target_include_directories(clino INTERFACE $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
