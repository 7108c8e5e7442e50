#include "machine/operations/recovery_facts.h"

#include <algorithm>

#include "base/error.h"
#include "base/units.h"

namespace orrery::operations {

Recovery recovery_of(const catalog::Entry& entry) {
  Recovery r;
  r.detect = Time(entry.number("detect"));
  r.replace = Time(entry.number("replace")), r.replace_doubling = Time(entry.number("replace_doubling"));
  r.communicators = Time(entry.number("communicators"));
  r.communicators_growth = entry.number("communicators_growth", 1);
  r.load = Time(entry.number("load")), r.warm_up = Time(entry.number("warm_up"));
  r.from_checkpoint = entry.at("from_checkpoint").boolean;
  r.blocking = entry.number("blocking");
  r.out = Time(entry.number("out")), r.domain = Chips(entry.number("domain"));
  return r;
}

const catalog::Entry& usual_mechanism(const catalog::Catalog& catalog, double accelerators) {
  const catalog::Entry* usual = nullptr;
  for (const catalog::Entry& entry : catalog.entries("recovery"))
    if (const double from = entry.number("from"); from > 0 && from <= std::max(accelerators, 1.0))
      if (!usual || from > usual->number("from")) usual = &entry;
  if (!usual)
    throw Error({}, "recovery", "has no mechanism for " + format_count(accelerators) + " accelerators",
                "give one of the catalog's recovery from = 1");
  return *usual;
}

}  // namespace orrery::operations
