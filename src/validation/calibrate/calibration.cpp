#include "validation/calibrate/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/spread.h"
#include "validation/calibrate/fabrics.h"
#include "validation/calibrate/kernels.h"
#include "validation/calibrate/products.h"
#include "validation/calibrate/pue.h"
#include "validation/calibrate/single_nodes.h"
#include "validation/calibrate/slips.h"
#include "validation/calibrate/training.h"
#include "validation/calibrate/unmeasured.h"

namespace orrery::validation {

std::span<const Calibration> calibrations() {
  static constexpr Calibration all[] = {
      {"products", "matrix products, attention, operators launched one by one", calibrate_products},
      {"kernels", "operators of today's models; bands of kernels", calibrate_kernels, true, "operators"},
      {"unmeasured", "what products of unmeasured chips reach of a datasheet", calibrate_unmeasured},
      {"collectives", "fabrics and libraries of collectives; their bands", calibrate_collectives},
      {"training", "kernels and frameworks in long runs, on training.csv; bands of steps", calibrate_training},
      {"single-nodes", "the software behind two tables of single servers", calibrate_single_nodes, false},
      {"slips", "announced dates of sites, on the editions of their timelines", calibrate_slips, false},
      {"pue", "annual PUE by operator and climate, on published places", calibrate_pue, false},
  };
  return all;
}

catalog::Figure& figure_of(catalog::Entry& entry, const std::string& key) {
  return *std::find_if(entry.figures.begin(), entry.figures.end(), [&](const auto& f) { return f.key == key; });
}

double beyond_bounds(std::string_view kind, const std::string& key, double value) {
  double beyond = 0;
  const auto look = [&](const std::vector<catalog::KeySchema>& keys) {
    for (const catalog::KeySchema& k : keys)
      if (k.key == key) beyond = std::max({0.0, std::log(value / k.high), k.low > 0 ? std::log(k.low / value) : 0.0});
  };
  const catalog::KindSchema& schema = catalog::schema_of(kind);
  look(schema.keys);
  for (const catalog::GroupSchema& group : schema.groups) look(group.keys);  // of an entry's spans
  return beyond;
}

std::uint64_t mixed_hash(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash ^ (hash >> 29);
}

std::vector<study::Column> error_columns(const std::string& prefix, const std::string& of) {
  return {study::percent_column(prefix + "median_abs_error", "median" + of, 1),
          study::percent_column(prefix + "p90_abs_error", "P90" + of, 1),
          study::percent_column(prefix + "bias", "bias" + of, 1)};
}

std::vector<study::Cell> error_cells(const std::vector<double>& errors) {
  if (errors.empty()) return std::vector<study::Cell>(3, study::Cell(study::Value(), "-"));
  const ErrorSummary s = summary_of_errors(errors);
  return {s.median, s.p90, study::Cell(s.bias, fmt::format("{:+.1f} %", 100 * s.bias))};
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
