// Where tests find the source tree and measured data that does not ship.
#pragma once
#include <string>

namespace orrery {

/// The source tree that the tests were built from.
std::string source_folder();
/// The folder of measured data: what ORRERY_DATA names, else shared/data beside the source tree. It may be absent.
std::string data_folder();

}  // namespace orrery
