// Ways to wafers side by side, as text and JSON.
#pragma once
#include <string>
#include <vector>

#include "programme/factory.h"

namespace orrery::report {

std::string factory_text(const programme::FactoryQuestion& question,
                         const std::vector<programme::FactoryResult>& results, int trials);
/// Schema orrery.factory/1; what is never reached or never made is null.
std::string factory_json(const programme::FactoryQuestion& question,
                         const std::vector<programme::FactoryResult>& results, int trials);

}  // namespace orrery::report
