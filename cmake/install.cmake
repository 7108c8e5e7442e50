# cmake --install: the command, the libraries with their headers, the shipped catalog and scenarios, and the files
# that find_package(orrery) reads.
include(CMakePackageConfigHelpers)
get_property(rooms GLOBAL PROPERTY ORRERY_ROOMS)
install(TARGETS ${rooms} EXPORT orrery-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET orrery_app)
  install(TARGETS orrery_app RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/orrery FILES_MATCHING PATTERN "*.h" PATTERN "app" EXCLUDE)
install(DIRECTORY catalog scenarios measurements DESTINATION ${CMAKE_INSTALL_DATADIR}/orrery)
install(EXPORT orrery-targets NAMESPACE orrery:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/orrery)
configure_package_config_file(cmake/orrery-config.cmake.in ${PROJECT_BINARY_DIR}/orrery-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/orrery)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/orrery-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/orrery-config.cmake ${PROJECT_BINARY_DIR}/orrery-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/orrery)
