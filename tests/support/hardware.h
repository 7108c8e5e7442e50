// The accelerators and frameworks that ship, read once.
#pragma once
#include "machine/training/framework.h"
#include "support/folders.h"

namespace orrery {

inline const training::Hardware& hardware() {
  static const training::Hardware hardware = training::load_hardware(catalog::Catalog(source_folder() + "/catalog"));
  return hardware;
}

}  // namespace orrery
