// Fitted constants put into the catalog's files where they stand: only their values change, comments and order stay.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "validation/calibrate/calibration.h"

namespace orrery::validation {

/// The files of the catalog that hold these constants, by path, with the new values in place of the old; a constant
/// that its entry does not state yet is written below the entry's heading, one that it need not state is taken out.
/// Values keep their unit and four digits. Throws Error for an entry or part that the catalog does not have, and where
/// a constant cannot be placed.
std::map<std::string, std::string> with_constants(const catalog::Catalog& catalog,
                                                  const std::vector<Constant>& constants);

}  // namespace orrery::validation
