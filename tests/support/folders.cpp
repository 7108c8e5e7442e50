#include "support/folders.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace orrery {

std::string source_folder() {
  return ORRERY_SOURCE;
}

std::optional<std::string> data_file(const std::string& name) {
  namespace fs = std::filesystem;
  const char* given = std::getenv("ORRERY_DATA");
  const std::string folder = given ? given : source_folder() + "/../shared/data", path = folder + '/' + name;
  if (fs::exists(path)) return path;
  if (given || fs::exists(folder)) ADD_FAILURE() << path << " is not there, and " << folder << " is to be the data";
  return std::nullopt;
}

}  // namespace orrery
