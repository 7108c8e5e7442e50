// Every kind of study: a new one is its file and a row here.
#include "study/kinds.h"

namespace orrery::study {

std::span<const Kind> kinds() {
  // Filled on first use, when the records of the other files are there.
  static const Kind all[] = {programme_kind, market_kind,  chip_factory_kind, finance_kind, network_kind,
                             training_kind,  operate_kind, load_kind,         energy_kind,  chip_kind};
  return all;
}

}  // namespace orrery::study
