# What Clino is built with, all of it packaged by Debian and Ubuntu. Everything that is missing is
# named at once, with the package that brings it.
set(clino_missing "")

macro(clino_need package debian_package)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    list(APPEND clino_missing "${package} (Debian and Ubuntu: ${debian_package})")
  endif()
endmacro()

# Eigen is asked for without a version: its own version file refuses a request for 3.4 when
# Eigen 5 is there, which serves as well.
clino_need(Eigen3 libeigen3-dev CONFIG)
if(Eigen3_FOUND AND Eigen3_VERSION VERSION_LESS 3.4)
  list(APPEND clino_missing "Eigen 3.4 or newer: ${Eigen3_VERSION} was found")
endif()
clino_need(nlohmann_json nlohmann-json3-dev 3.9)
clino_need(ZLIB zlib1g-dev)
clino_need(Boost libboost-dev 1.71)
find_package(Threads REQUIRED)
if(CLINO_PROGRAM)
  clino_need(CLI11 libcli11-dev)
  clino_need(spdlog libspdlog-dev)
endif()
if(CLINO_TESTS)
  clino_need(Catch2 "catch2, or leave the tests out: -DCLINO_TESTS=OFF")
endif()

find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
mark_as_advanced(RANDOM123_INCLUDE_DIR)
if(RANDOM123_INCLUDE_DIR)
  add_library(clino_random123 INTERFACE)
  target_include_directories(clino_random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE_DIR})
else()
  list(APPEND clino_missing "Random123 (Debian and Ubuntu: librandom123-dev)")
endif()

# The charts of the page: embedded when the library is built.
find_path(DYGRAPHS_DIR dygraph.min.js PATHS /usr/share/javascript/dygraphs NO_DEFAULT_PATH)
mark_as_advanced(DYGRAPHS_DIR)
if(NOT DYGRAPHS_DIR)
  list(APPEND clino_missing "dygraphs (Debian and Ubuntu: libjs-dygraphs; elsewhere set DYGRAPHS_DIR)")
endif()

if(clino_missing)
  list(JOIN clino_missing "\n  " clino_missing)
  message(FATAL_ERROR "Clino cannot be built without\n  ${clino_missing}")
endif()

if(CLINO_BENCH)
  find_package(benchmark QUIET)
endif()

# Debian builds cpp-httplib with options that whoever uses it has to set too: its pkg-config file
# knows them.
if(CLINO_PROGRAM AND CLINO_LIVE)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(CPP_HTTPLIB QUIET IMPORTED_TARGET cpp-httplib)
  endif()
  if(NOT TARGET PkgConfig::CPP_HTTPLIB)
    message(STATUS "Without train --live: no cpp-httplib (Debian and Ubuntu: libcpp-httplib-dev pkgconf)")
  endif()
endif()
