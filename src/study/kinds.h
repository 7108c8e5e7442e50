// The records of the kinds of study, one for each file of this room that defines one.
#pragma once
#include "study/kind.h"

namespace orrery::study {

extern const Kind programme_kind, market_kind, chip_factory_kind, finance_kind, network_kind, training_kind,
    operate_kind, load_kind, energy_kind, chip_kind;

}  // namespace orrery::study
