# Program, libraries, headers under include/clino and the package that find_package(clino)
# reads. The installed tree may be moved.
include(CMakePackageConfigHelpers)
set(clino_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/clino)

if(CLINO_PROGRAM)
  install(TARGETS clino_app RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  if(TARGET clino_live)
    install(TARGETS clino_live LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  endif()
endif()
install(TARGETS clino ${clino_targets} EXPORT clino
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(clino_chosen_sets)
  install(TARGETS clino_compute EXPORT clino LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  foreach(set ${clino_chosen_sets})
    install(TARGETS clino_compute_${set}
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/glibc-hwcaps/${set})
  endforeach()
endif()
install(EXPORT clino NAMESPACE clino:: FILE clino-targets.cmake DESTINATION ${clino_package_dir})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/clino-config.cmake.in
  ${PROJECT_BINARY_DIR}/clino-config.cmake INSTALL_DESTINATION ${clino_package_dir}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/clino-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/clino-config.cmake ${PROJECT_BINARY_DIR}/clino-config-version.cmake
        DESTINATION ${clino_package_dir})

# Headers are rewritten on their way: see install_headers.cmake.
install(CODE "set(source_dir \"${PROJECT_SOURCE_DIR}\")
set(folders \"${clino_folders}\")
set(staging_dir \"${PROJECT_BINARY_DIR}/installed_headers\")
set(include_dir \"${CMAKE_INSTALL_INCLUDEDIR}\")")
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/install_headers.cmake)
