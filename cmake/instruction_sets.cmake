# What Clino is compiled for, by the names that -march knows. With several, the folders that compute
# become one shared library, compiled for each: the first into lib/, the others where glibc's dynamic
# loader (2.33 or newer) looks first on a processor that has them. See docs/decisions/0012.
set(clino_sets_default "")
if(PROJECT_IS_TOP_LEVEL)
  set(clino_sets_default native)
endif()
set(CLINO_INSTRUCTION_SETS "${clino_sets_default}" CACHE STRING
  "Instruction sets: native, or x86-64;x86-64-v3;x86-64-v4 to choose one at start; empty: the compiler's own")

set(clino_chosen_sets ${CLINO_INSTRUCTION_SETS})  # those that the loader chooses, if it can
list(POP_FRONT clino_chosen_sets clino_first_set)
if(clino_chosen_sets)
  if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
    message(FATAL_ERROR "CLINO_INSTRUCTION_SETS: only Linux chooses among several when a program starts")
  endif()
  foreach(set ${clino_chosen_sets})
    if(NOT set MATCHES "^x86-64-v[234]$" OR clino_first_set STREQUAL "native")
      message(FATAL_ERROR "CLINO_INSTRUCTION_SETS is ${CLINO_INSTRUCTION_SETS}: after a first one that every "
                          "processor has come x86-64-v2, x86-64-v3 or x86-64-v4, and no others")
    endif()
  endforeach()
  set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
endif()

# clino_compute_library(TARGET SUBFOLDER): the shared library for one instruction set, still without
# a source.
function(clino_compute_library target subfolder)
  add_library(${target} SHARED)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME clino_compute LINKER_LANGUAGE CXX INSTALL_RPATH ""
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/${subfolder})
  # A program has copies of the library's inline functions, compiled for the first set. Without this
  # the loader would have the library call them.
  target_link_options(${target} PRIVATE LINKER:-Bsymbolic)
endfunction()

if(clino_chosen_sets)
  clino_compute_library(clino_compute "")
  add_library(clino::compute ALIAS clino_compute)
  set_target_properties(clino_compute PROPERTIES EXPORT_NAME compute)
  foreach(set ${clino_chosen_sets})
    clino_compute_library(clino_compute_${set} glibc-hwcaps/${set})
    # Whoever builds a program wants to run it with the best of them.
    add_dependencies(clino_compute clino_compute_${set})
  endforeach()
endif()

# clino_compute_folder(FOLDER ONE_BY_ONE HEADERS SOURCES...): puts a folder's code into the library
# of each set; the target clino_FOLDER stands for it.
function(clino_compute_folder folder one_by_one headers)
  add_library(clino_${folder} INTERFACE)
  target_compile_features(clino_${folder} INTERFACE cxx_std_20)
  target_link_libraries(clino_${folder} INTERFACE clino_compute)
  foreach(set ${CLINO_INSTRUCTION_SETS})
    set(objects clino_${folder}_${set})
    add_library(${objects} OBJECT ${ARGN})
    clino_compile_options(${objects} ${set})
    target_include_directories(${objects} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${objects} PRIVATE ${headers})
    # No other definition ever takes the place of one of the library's: it may inline its own.
    target_compile_options(${objects} PRIVATE -fno-semantic-interposition)
    set_target_properties(${objects} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    if(one_by_one)
      set_target_properties(${objects} PROPERTIES UNITY_BUILD OFF)
    endif()
    if(set STREQUAL clino_first_set)
      target_sources(clino_compute PRIVATE $<TARGET_OBJECTS:${objects}>)
    else()
      target_sources(clino_compute_${set} PRIVATE $<TARGET_OBJECTS:${objects}>)
    endif()
  endforeach()
endfunction()
