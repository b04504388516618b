# What `cmake --install` puts where, and the Debian package that cpack makes of it:
#   cmake --build --preset release && cpack --config build/release/CPackConfig.cmake -G DEB
# The package and its units know one place; another is named with -DCMAKE_INSTALL_PREFIX.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "where to install to" FORCE)
endif()
include(GNUInstallDirs)

install(TARGETS sluice RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
set(modules ${CMAKE_INSTALL_LIBDIR}/sluice)
install(TARGETS sluice_referee LIBRARY DESTINATION ${modules})
file(RELATIVE_PATH modules_from_bin /${CMAKE_INSTALL_BINDIR} /${modules})
# In the build folder the program names that too, so that a copy of it finds its module; installed, what
# lies beside it alone. Not left to CMake, whose RPATH to be replaced ends in ":", the current folder.
set_target_properties(sluice PROPERTIES BUILD_WITH_INSTALL_RPATH ON
                      INSTALL_RPATH "${CMAKE_BINARY_DIR};\$ORIGIN/${modules_from_bin}")
install(CODE "file(RPATH_SET FILE \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/sluice\"
              NEW_RPATH \"\\\$ORIGIN/${modules_from_bin}\")")
install(FILES README.md ARCHITECTURE.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")
install(DIRECTORY docs/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
install(DIRECTORY jobs xsd samples DESTINATION ${CMAKE_INSTALL_DATADIR}/sluice)
install(PROGRAMS scripts/sign-file DESTINATION ${CMAKE_INSTALL_DATADIR}/sluice)

# The units name the program where it will stand.
file(GLOB units CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scripts/systemd/*)
foreach(unit IN LISTS units)
  get_filename_component(name ${unit} NAME)
  file(READ ${unit} text)
  string(REPLACE "/usr/local/bin/sluice" "${CMAKE_INSTALL_FULL_BINDIR}/sluice" text "${text}")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/units/${name} CONTENT "${text}" @ONLY)
endforeach()
install(DIRECTORY ${CMAKE_BINARY_DIR}/units/ DESTINATION lib/systemd/system)

# Written by the program itself, so that they are always its own.
add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/completion/sluice.bash ${CMAKE_BINARY_DIR}/completion/_sluice
  COMMAND sluice completion bash > ${CMAKE_BINARY_DIR}/completion/sluice.bash
  COMMAND sluice completion zsh > ${CMAKE_BINARY_DIR}/completion/_sluice
  DEPENDS sluice)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/completion)
add_custom_target(completion ALL DEPENDS ${CMAKE_BINARY_DIR}/completion/sluice.bash)
install(FILES ${CMAKE_BINARY_DIR}/completion/sluice.bash RENAME sluice
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${CMAKE_BINARY_DIR}/completion/_sluice
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sluice)
set(CPACK_PACKAGE_CONTACT "Sluice maintainers <maintainers@sluice.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_FILE_NAME sluice_${PROJECT_VERSION}_${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS tzdata)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "openssh-server, openssl")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/scripts/debian/postinst
    ${CMAKE_SOURCE_DIR}/scripts/debian/prerm)
include(CPack)
