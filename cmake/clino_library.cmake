# clino_compile_options(TARGET [SET]): the flags that all of Clino's own code is compiled with, for
# an instruction set, the first of CLINO_INSTRUCTION_SETS unless told otherwise. They are private: a
# program that links Clino keeps its own.
function(clino_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  # No errno and no traps: what lets the compiler turn the branch-free loops of the activations
  # into vector code. Infinities and NaN keep their meaning.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                         -fno-math-errno -fno-trapping-math $<$<CONFIG:Release,RelWithDebInfo>:-O3>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 sees uninitialised values in its own AVX-512 headers (GCC bug 105593) and overlaps in
    # std::string (GCC bug 105651). Where CMAKE_UNITY_BUILD joins files it takes them for headers, in
    # which a type in an anonymous namespace would be a fault.
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized -Wno-uninitialized -Wno-restrict
                           $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-subobject-linkage>)
  endif()
  # Eigen's own choice depends on the instruction set.
  target_compile_definitions(${target} PRIVATE EIGEN_MAX_ALIGN_BYTES=64)
  if(ARGN)
    target_compile_options(${target} PRIVATE -march=${ARGN})
  elseif(clino_first_set)
    target_compile_options(${target} PRIVATE -march=${clino_first_set})
  endif()
  if(CLINO_DEVELOP)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# clino_light_library(TARGET): for folders that write and draw, whose code takes longer to compile than
# to run.
function(clino_light_library target)
  target_compile_options(${target} PRIVATE $<IF:$<CONFIG:Debug>,-O0,-O1>)
  clino_few_checks(${target})
endfunction()

# clino_light_options(TARGET): all flags of a program that does not compute itself: a test, which is
# compiled far more often than it runs, or the command line, whose libraries take the compiler long.
function(clino_light_options target)
  clino_compile_options(${target})
  clino_light_library(${target})
endfunction()

# clino_few_checks(TARGET): of the checks of undefined behaviour none of every pointer and reference.
# They take a third of the compiler's time, and what they find is stopped at by the address
# sanitizer, but for alignment, which matters where memory is mapped and where kernels compute.
function(clino_few_checks target)
  get_target_property(type ${target} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-fno-sanitize=null,alignment,vptr>)
  endif()
endfunction()

# clino_library(FOLDER [COMPUTES] [ONE_BY_ONE] PUBLIC targets... HEADERS targets... PRIVATE
# targets...): one static library for one folder, from all its sources. PUBLIC are folders below it.
# HEADERS are needed to build it but not to use it; PRIVATE are linked, and whoever uses an installed
# Clino needs them too. COMPUTES: it is what is compiled for several instruction sets, where there
# are several; then it has no PRIVATE. ONE_BY_ONE: CMAKE_UNITY_BUILD does not join its files, so that
# the code of what every step runs through is the same in every build; but for development, which looks
# for faults.
function(clino_library folder)
  cmake_parse_arguments(ARG "COMPUTES;ONE_BY_ONE" "" "PUBLIC;HEADERS;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  if(ARG_COMPUTES AND clino_chosen_sets)
    set(scope INTERFACE)
    clino_compute_folder(${folder} ${ARG_ONE_BY_ONE} "${ARG_HEADERS}" ${sources})
  else()
    set(scope PUBLIC)
    clino_static_folder(${folder} ${ARG_ONE_BY_ONE} "${ARG_HEADERS}" ${sources})
    target_link_libraries(clino_${folder} PRIVATE ${ARG_PRIVATE})
  endif()
  add_library(clino::${folder} ALIAS clino_${folder})
  target_include_directories(clino_${folder} ${scope} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_link_libraries(clino_${folder} ${scope} ${ARG_PUBLIC})
  set_target_properties(clino_${folder} PROPERTIES EXPORT_NAME ${folder})
endfunction()

# clino_static_folder(FOLDER ONE_BY_ONE HEADERS SOURCES...): a folder that is compiled once.
function(clino_static_folder folder one_by_one headers)
  add_library(clino_${folder} STATIC ${ARGN})
  clino_compile_options(clino_${folder})
  foreach(dependency ${headers})
    target_link_libraries(clino_${folder} PRIVATE $<BUILD_INTERFACE:${dependency}>)
  endforeach()
  set_target_properties(clino_${folder} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  if(one_by_one AND NOT CLINO_DEVELOP)
    set_target_properties(clino_${folder} PROPERTIES UNITY_BUILD OFF)
  endif()
endfunction()
