# Eigen is asked for without a version: its own version file refuses a request for 3.4 when
# Eigen 5 is there, which serves as well.
find_package(Eigen3 REQUIRED CONFIG)
if(Eigen3_VERSION VERSION_LESS 3.4)
  message(FATAL_ERROR "Clino needs Eigen 3.4 or newer, found ${Eigen3_VERSION}")
endif()
find_package(nlohmann_json 3.9 REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)

find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
if(NOT RANDOM123_INCLUDE_DIR)
  message(FATAL_ERROR "Clino needs Random123 (Debian: librandom123-dev)")
endif()
add_library(random123 INTERFACE)
target_include_directories(random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE_DIR})

# Headers from elsewhere are system headers: their warnings are not ours.
foreach(target Eigen3::Eigen nlohmann_json::nlohmann_json spdlog::spdlog CLI11::CLI11)
  get_target_property(directories ${target} INTERFACE_INCLUDE_DIRECTORIES)
  if(directories)
    set_target_properties(${target} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${directories}")
  endif()
endforeach()

if(CLINO_BENCH)
  find_package(benchmark QUIET)
endif()
