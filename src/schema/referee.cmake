# Xerces-C++ and what it brings are loaded when the referee is first asked (referee_library.hpp):
# sluice_referee.so, sought by the RPATH of the program, of the build folder or as installed.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/schema/xerces_*.cpp)
add_library(sluice_referee MODULE ${sources})
target_include_directories(sluice_referee PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(sluice_referee PRIVATE XercesC::XercesC)
set_target_properties(sluice_referee PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
add_dependencies(sluice_schema sluice_referee)

set(seam ${CMAKE_CURRENT_SOURCE_DIR}/schema/referee_library.hpp)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${seam})
file(SHA256 ${seam} digest)
set_property(SOURCE schema/referee_library.cpp schema/xerces_library.cpp APPEND PROPERTY
             COMPILE_DEFINITIONS SLUICE_REFEREE_SEAM="${PROJECT_VERSION}/${digest}")
