# The schemas of a home's definitions and tables stand in xsd/ and are compiled in, so that a home
# without them works and one source holds.
foreach(kind job partners calendar agreements roles registers directory)
  set(source ${PROJECT_SOURCE_DIR}/xsd/${kind}.xsd)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(READ ${source} embedded_${kind})
endforeach()
configure_file(${CMAKE_CURRENT_SOURCE_DIR}/job/embedded.cpp.in
               ${CMAKE_CURRENT_BINARY_DIR}/job/embedded.cpp @ONLY)
target_sources(sluice_job PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/job/embedded.cpp)
