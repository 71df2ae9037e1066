# Run by ctest: see CMakeLists.txt. Fails at the first command that fails.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# The prefix is moved after the installation: nothing installed may remember where it was.
set(first ${WORK_DIR}/first)
set(prefix ${WORK_DIR}/moved)
set(consumer ${WORK_DIR}/consumer)
file(REMOVE_RECURSE ${first} ${prefix} ${consumer})
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${first})
file(RENAME ${first} ${prefix})

# Flags, paths and headers of the build must not reach those who use the installation.
file(GLOB_RECURSE package_files ${prefix}/lib*/cmake/*)
if(NOT package_files)
  message(FATAL_ERROR "No package was installed under ${prefix}")
endif()
foreach(file ${package_files})
  file(READ ${file} text)
  string(REPLACE ";" "\"" text "${text}")  # every path then begins after a quotation mark
  foreach(leak "\"${first}" "\"${BUILD_DIR}" "\"${SOURCE_DIR}" march errno Eigen nlohmann spdlog CLI11)
    string(FIND "${text}" "${leak}" position)
    if(NOT position EQUAL -1)
      message(FATAL_ERROR "${file} mentions ${leak}")
    endif()
  endforeach()
endforeach()

# Plain flags: no optimisation, no instruction set, no warnings switched off.
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${consumer} -G ${GENERATOR}
    -D CMAKE_CXX_COMPILER=${COMPILER} -D CMAKE_CXX_FLAGS=-O0 -D CMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build ${consumer})
run(${consumer}/consumer)
if(HAS_PROGRAM)
  run(${prefix}/bin/clino --version)
endif()
