// What to build when: the answer about a path of quarters.
#pragma once
#include "scenario/reader.h"
#include "study/energy_read.h"
#include "study/kind.h"

namespace orrery::study {

/// A study whose question is of a path, begun with its title.
Study path_study(Study study, EnergyQuestion question, scenario::Reader& reader);

}  // namespace orrery::study
