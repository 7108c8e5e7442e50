#include "validation/calibrate/calibration.h"

#include <fmt/format.h>

#include "validation/calibrate/fabrics.h"
#include "validation/calibrate/kernels.h"
#include "validation/calibrate/products.h"
#include "validation/calibrate/single_nodes.h"
#include "validation/calibrate/training.h"

namespace orrery::validation {

std::span<const Calibration> calibrations() {
  static constexpr Calibration all[] = {
      {"products", "matrix products, attention, operators launched one by one", calibrate_products},
      {"kernels", "operators of today's models; bands of kernels", calibrate_kernels, true, false},
      {"collectives", "fabrics and libraries of collectives; their bands", calibrate_collectives},
      {"training", "kernels and frameworks in long runs, on training.csv; bands of steps", calibrate_training},
      {"single-nodes", "the software behind two tables of single servers", calibrate_single_nodes, false},
  };
  return all;
}

std::uint64_t mixed_hash(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash ^ (hash >> 29);
}

study::Table table_of(const std::vector<Constant>& constants) {
  study::Table t{"constants", "Constants", {}, {}};
  t.columns = {study::text_column("kind", "kind"),          study::text_column("entry", "entry"),
               study::text_column("part", "part"),          study::text_column("key", "key"),
               study::fixed_column("before", "was", "", 0), study::fixed_column("after", "is", "", 0)};
  for (const Constant& c : constants) {
    if (c.inherited) continue;
    const auto shown = [](double x) { return study::Cell(x, fmt::format("{:.4g}", x)); };
    t.rows.push_back({c.kind, c.entry, c.part, c.key, c.before == 0 ? study::Cell() : shown(c.before), shown(c.after)});
  }
  return t;
}

}  // namespace orrery::validation
