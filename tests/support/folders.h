// Where tests find the source tree and measured data that does not ship.
#pragma once
#include <optional>
#include <string>

namespace orrery {

/// The source tree that the tests were built from.
std::string source_folder();
/// A file or folder of the measured data that does not ship: below what ORRERY_DATA names, else below shared/data
/// beside the source tree. Nothing where there is no such data at all, and the test skips itself. Data that is there
/// but lacks the file, and an ORRERY_DATA that names nothing, fail the test: it would else never run again unnoticed.
std::optional<std::string> data_file(const std::string& name);
/// What a test says that skips itself.
inline constexpr const char* no_data = "the measured data is not here; ORRERY_DATA names its folder";

}  // namespace orrery
