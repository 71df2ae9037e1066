# Run by ctest: fails where PROGRAM does not load the library for SET, or names another one. FIRST is
# the set that every processor has.
execute_process(COMMAND /lib64/ld-linux-x86-64.so.2 --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
set(folder lib)
if(NOT SET STREQUAL FIRST)
  string(FIND "${help}" "${SET} (supported, searched)" position)
  if(position EQUAL -1)
    message("This processor does not have ${SET}")
    return()
  endif()
  set(folder lib/glibc-hwcaps/${SET})
endif()

set(ENV{LD_DEBUG} libs)
execute_process(COMMAND ${PROGRAM} --version OUTPUT_VARIABLE version ERROR_VARIABLE loading
                COMMAND_ERROR_IS_FATAL ANY)
string(FIND "${loading}" "/${folder}/libclino_compute.so\n" position)
if(position EQUAL -1)
  message(FATAL_ERROR "${PROGRAM} has not loaded ${folder}/libclino_compute.so:\n${loading}")
endif()

set(name_of_x86-64 sse2)
set(name_of_x86-64-v2 sse2)
set(name_of_x86-64-v3 avx2)
set(name_of_x86-64-v4 avx512)
string(FIND "${version}" ", ${name_of_${SET}})" position)
if(position EQUAL -1)
  message(FATAL_ERROR "With the library for ${SET} the program says: ${version}")
endif()
