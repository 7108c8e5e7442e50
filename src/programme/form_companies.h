// The sections of companies, contracts and funding in the form of a programme.
#pragma once
#include <vector>

#include "scenario/section.h"

namespace orrery::programme {

/// Money per power and time has the dimension of money per energy; it is written as people in the trade do.
scenario::Key per_power_and_time(std::string_view name, std::string_view meaning, std::string_view default_value);

/// A date, or a day that hangs on an event.
scenario::Key day(std::string_view name, std::string_view meaning, std::string_view default_value);

/// Adds [company.*], [contract.*] and [funding].
void add_company_sections(std::vector<scenario::Section>& sections);

}  // namespace orrery::programme
