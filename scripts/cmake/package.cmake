# SPDX-License-Identifier: MIT
# What others find once it is installed: a CMake package for the header, and a Debian package of
# everything (cpack -G DEB in the build folder).
include(CMakePackageConfigHelpers)

# find_package(tracemalloc) gives tracemalloc::tracemalloc: the header, nothing to link. The library
# is preloaded.
add_library(tm_api INTERFACE)
set_target_properties(tm_api PROPERTIES EXPORT_NAME tracemalloc)
target_include_directories(tm_api INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
install(TARGETS tm_api EXPORT tracemalloc)
install(DIRECTORY DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/tracemalloc)
install(EXPORT tracemalloc NAMESPACE tracemalloc:: FILE tracemallocConfig.cmake
    DESTINATION ${config_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tracemallocConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tracemallocConfigVersion.cmake DESTINATION ${config_folder})

set(CPACK_PACKAGE_NAME tracemalloc)
set(CPACK_PACKAGE_VENDOR tracemalloc)
set(CPACK_PACKAGE_CONTACT "tracemalloc maintainers <tracemalloc@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "which lines of a program hold its heap")
set(CPACK_PACKAGE_DESCRIPTION "tracemalloc records the live heap blocks of any dynamic program, as it is,\n\
 and tells which lines, functions and stacks hold them.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS libunwind8)  # loaded by name, so that no tool can see it
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "gdb, libdebuginfod1")  # loaded when asked for
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/scripts/cmake/debian_layout.cmake)
include(CPack)
