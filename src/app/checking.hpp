#pragma once
// The two forms of `sluice check`.
#include "app/command.hpp"

namespace app {

int check_with_job(const Arguments& arguments);     // checking.cpp
int check_with_schema(const Arguments& arguments);  // schema_checking.cpp

}  // namespace app
