#include "support/folders.h"

#include <cstdlib>

namespace orrery {

std::string source_folder() {
  return ORRERY_SOURCE;
}

std::string data_folder() {
  const char* given = std::getenv("ORRERY_DATA");
  return given ? given : source_folder() + "/../shared/data";
}

}  // namespace orrery
