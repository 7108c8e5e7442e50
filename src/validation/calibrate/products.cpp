#include "validation/calibrate/products.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "base/spread.h"
#include "silicon/chip/kernel_constants.h"
#include "validation/calibrate/bands.h"
#include "validation/calibrate/collectives.h"

namespace orrery::validation {

using namespace silicon;
using namespace study;

namespace {

using Group = KernelPart::Group;
using Kernels = std::vector<const MeasuredKernel*>;

/// A constant that a part states.
struct Stated {
  std::string path;         ///< of its part: "decode.bf16|kernel.shared"
  catalog::KeySchema key;   ///< its name and bounds
  double* at = nullptr;     ///< in a chip
  double value = 0;         ///< as the catalog has it
  bool of_release = false;  ///< of a software release
};

const catalog::GroupSchema& schema_of(const std::vector<catalog::GroupSchema>& groups, std::string_view group) {
  return *std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.group == group; });
}

/// Every constant that the part states, in a chip's copy of it; a release that the chip does not know is passed over.
std::vector<Stated> constants_in(const ProductPart& part, silicon::Accelerator& chip) {
  std::vector<Stated> out;
  const catalog::GroupSchema& schema = schema_of(catalog::schema_of("kernels").groups, part.stated->kind);
  const auto add = [&](const catalog::Entry& entry, bool outer, const NamedConstants& constants) {
    const catalog::GroupSchema& group = outer ? schema : schema_of(schema.groups, entry.kind);
    const std::string path = path_of(part.part) + (outer ? "" : '|' + entry.kind + '.' + entry.name);
    for (const auto& [name, at] : constants)
      for (const catalog::KeySchema& key : group.keys)
        if (key.key == name && entry.find(name)) out.push_back({path, key, at, entry.number(name), group.printed});
  };
  const auto add_releases = [&](auto& releases) {
    for (const catalog::Entry& inner : part.stated->parts)
      for (auto& release : releases)
        if (inner.kind == "release" && inner.name == release.name) add(inner, false, constants_of(release));
  };
  switch (part.part.group) {
    case Group::gemm: {
      const auto [products, releases] = products_called(chip, part.part.name);
      add(*part.stated, true, constants_of(*products));
      if (releases) add_releases(*releases);
      break;
    }
    case Group::attention:
      add(*part.stated, true, constants_of(*attention_called(chip, part.part.name)));
      break;
    case Group::decode: {
      AttentionConstants& a = *attention_called(chip, part.part.name);
      add(*part.stated, true, constants_of(a.decode));
      for (const catalog::Entry& inner : part.stated->parts)
        if (inner.kind == "kernel") add(inner, false, constants_of(*decode_kernel_called(a, inner.name)));
      add_releases(a.decode_releases);
      break;
    }
    case Group::dispatched:
      add(*part.stated, true, constants_of(chip.dispatched[part.part.name]));
      for (Stated& s : out)
        if (s.key.key == "share") s.key.high = 1;  // a bandwidth that no cache stands in for
      break;
  }
  return out;
}

/// A number that the method moves, and the constants that it is.
struct Moved {
  std::vector<double*> at;
  double low = 0, high = 0;
  bool linear = false;  ///< may be 0 or less: the method's logarithm is the constant in units
  double unit = 1;

  double encode(double value) const { return linear ? std::exp(value / unit) : value; }
  void put(double x) const {
    for (double* constant : at) *constant = std::clamp(linear ? std::log(x) * unit : x, low, high);
  }
};

/// Rows of 50 us and longer decide the time of a step.
double weight_of(const MeasuredKernel& kernel) {
  return kernel.row.measured >= long_kernel ? 2.5 : 1;
}

double log_error(const MeasuredKernel& kernel, const silicon::Accelerator& chip) {
  return std::log(kernel_time(kernel, chip) / kernel.row.measured);
}

/// Weighted mean absolute log error.
double misfit(const Kernels& rows, const silicon::Accelerator& chip) {
  double sum = 0, weight = 0;
  for (const MeasuredKernel* row : rows) {
    const double error = std::abs(log_error(*row, chip));
    sum += weight_of(*row) * (std::isfinite(error) ? error : 1e3), weight += weight_of(*row);
  }
  return sum / weight;
}

/// What the method moves: counts, the factor 1 that tells the others, constants at 0 and those that change no row's
/// time are left out; releases that the catalog states alike (no row tells them apart) move as one.
std::vector<Moved> moved(const ProductPart& part, silicon::Accelerator& chip, const Kernels& rows) {
  const std::vector<Stated> all = constants_in(part, chip);
  std::map<std::string, std::string> figures;  // of releases, by path
  for (const Stated& s : all)
    if (s.of_release) figures[s.path] += std::string(s.key.key) + ' ' + std::to_string(s.value * 1e9) + ' ';
  std::map<std::string, std::size_t> alike;
  std::vector<Moved> out;
  for (const Stated& s : all) {
    const bool balance = s.key.key == "balance", delay = s.key.key == "delay",
               decode = part.part.group == Group::decode;
    if (s.key.whole || (s.key.key == "factor" && s.value == 1) ||
        (decode && (s.key.key == "heads" || s.key.key == "least")) || s.key.key == "medium_row" ||
        s.key.key == "wide_row" || (*s.at == 0 && !balance))
      continue;
    if (s.of_release && decode) {
      const auto [first, is_new] = alike.try_emplace(std::string(s.key.key) + ' ' + figures[s.path], out.size());
      if (!is_new) {
        out[first->second].at.push_back(s.at);
        continue;
      }
    }
    // A delay is told in launches.
    const double unit = delay ? attention_called(chip, part.part.name)->decode_shared.launch : 1;
    out.push_back({{s.at}, s.key.low, s.key.high, balance || delay, std::max(unit, 1e-7)});
  }
  std::vector<double> times;
  for (const MeasuredKernel* row : rows) times.push_back(kernel_time(*row, chip));
  std::erase_if(out, [&](const Moved& m) {
    bool told = false;
    const double value = *m.at.front();
    for (const double by : {-0.2, 0.2}) {
      m.put(m.encode(value) * std::exp(by));
      for (std::size_t i = 0; i < rows.size() && !told; ++i) told = kernel_time(*rows[i], chip) != times[i];
    }
    for (double* constant : m.at) *constant = value;
    return !told;
  });
  return out;
}

/// Puts the factors of releases at the weighted median of what their rows ask.
void fit_factors(const ProductPart& part, silicon::Accelerator& chip, const Kernels& rows) {
  if (part.part.group != Group::gemm) return;
  std::vector<GemmRelease>* releases = products_called(chip, part.part.name).second;
  if (!releases) return;
  for (const Stated& s : constants_in(part, chip)) {
    if (!s.of_release || s.key.key != "factor" || s.value == 1) continue;
    for (GemmRelease& release : *releases) {
      if (&release.factor != s.at) continue;
      std::vector<std::pair<double, double>> ratios;
      release.factor = 1;
      for (const MeasuredKernel* row : rows) {
        if (release_of(*releases, row->framework) != &release) continue;
        const double more = row->m * release.row;
        ratios.emplace_back((row->row.measured - more) / (kernel_time(*row, chip) - more), weight_of(*row));
      }
      release.factor = ratios.empty() ? s.value : std::clamp(weighted_quantile(ratios, 0.5), s.key.low, s.key.high);
    }
  }
}

/// Where a fit starts that is to know nothing of the chip's rows: a relative's constants on the chip's datasheet, plain
/// ones where that has none. Which kernel serves how many heads, and what is 0 or 1 by nature, is the part's own.
silicon::Accelerator unseen(const ProductPart& part, const silicon::Accelerator* kin) {
  silicon::Accelerator own = *part.chip;
  silicon::Accelerator other = kin ? as_relative(*kin, own) : silicon::Accelerator{};
  std::map<std::string, double> known;
  for (const Stated& s : constants_in(part, other)) known[s.path + ' ' + std::string(s.key.key)] = *s.at;
  for (const Stated& s : constants_in(part, own)) {
    const std::string_view key = s.key.key;
    if (s.key.whole || key == "heads" || (key == "least" && part.part.group == Group::decode)) continue;
    const auto at_kin = known.find(s.path + ' ' + std::string(key));
    if (at_kin != known.end() && (at_kin->second != 0 || key == "balance")) *s.at = at_kin->second;
    else if (key == "factor") *s.at = 1;
    else if (s.of_release && key == "share") *s.at = attention_called(other, part.part.name)->decode.share;
  }
  return own;
}

/// Operators launched one by one are of one sort with products launched so.
bool same_sort(const KernelPart& a, const KernelPart& b) {
  const auto sort = [](const KernelPart& p) { return p.name == "dispatched" ? Group::dispatched : p.group; };
  return sort(a) == sort(b);
}

/// Errors of rows, of all and of those of 50 us and longer.
struct Errors {
  std::vector<double> all, long_running;

  void add(const Kernels& rows, const silicon::Accelerator& chip) {
    for (const MeasuredKernel* row : rows) {
      const double error = kernel_time(*row, chip) / row->row.measured - 1;
      all.push_back(error);
      if (row->row.measured >= long_kernel) long_running.push_back(error);
    }
  }
  void add(const Errors& more) {
    all.insert(all.end(), more.all.begin(), more.all.end());
    long_running.insert(long_running.end(), more.long_running.begin(), more.long_running.end());
  }
  Cell mean() const { return of(all, &ErrorSummary::mean); }
  Cell p90() const { return of(all, &ErrorSummary::p90); }
  Cell mean_long() const { return of(long_running, &ErrorSummary::mean); }

 private:
  static Cell of(const std::vector<double>& errors, double ErrorSummary::*figure) {
    return errors.empty() ? Cell() : Cell(summary_of_errors(errors).*figure);
  }
};

/// A part fitted again, and its errors.
struct Refit {
  silicon::Accelerator fitted;
  Errors shipped, refitted, held_out;
};

/// Which half of the rows a fit sees whose errors are of the other.
bool first_half(const MeasuredKernel& kernel) {
  return mixed_hash(kernel.row.id) % 2 == 0;
}

study::Table chips_left_out(const std::vector<ProductPart>& parts) {
  study::Table table{
      "left_out_chips",
      "Each chip by the constants of its kin",
      {text_column("chip", "chip"), text_column("kin", "constants of"), text_column("part", "part"),
       count_column("rows", "rows", ""), percent_column("mean_abs_error", "mean", 1),
       percent_column("mean_abs_error_long", "50 us and longer", 1), percent_column("p90_abs_error", "P90", 1)},
      {}};
  for (const ProductPart& part : parts) {
    const silicon::Accelerator* kin = kin_of(part, parts);
    if (!kin) continue;
    const bool has = std::any_of(parts.begin(), parts.end(),
                                 [&](const ProductPart& p) { return p.chip == kin && p.part == part.part; });
    // A format that the kin's datasheet lacks runs as its bf16 does; one that was not measured has no constants.
    const bool number_format =
        part.part.group == Group::gemm && part.part.name != "dispatched" && !part.part.name.ends_with("-weights");
    if (!has && !(number_format && kin->peak[static_cast<std::size_t>(parse_precision(part.part.name))] == 0)) continue;
    Errors errors;
    errors.add(part.rows, as_relative(*kin, *part.chip));
    table.rows.push_back({part.chip->name, kin->name, path_of(part.part), part.rows.size(), errors.mean(),
                          errors.mean_long(), errors.p90()});
  }
  return table;
}

/// By chip and part, and by part over all chips.
void show(const std::vector<ProductPart>& parts, const std::vector<Refit>& refits, Document& document) {
  study::Table by_part{"parts",
                       "Mean and P90 of absolute errors by chip and part",
                       {text_column("chip", "chip"), text_column("part", "part"), count_column("rows", "rows", ""),
                        percent_column("mean_shipped", "as shipped", 1), percent_column("p90_shipped", "P90", 1),
                        percent_column("mean_refitted", "refitted", 1), percent_column("p90_refitted", "P90", 1),
                        count_column("rows_held_out", "rows held out", ""),
                        percent_column("mean_held_out", "held out", 1), percent_column("p90_held_out", "P90", 1)},
                       {}},
      over_chips{
          "all_chips",
          "Mean absolute errors over all chips",
          {text_column("part", "part"), count_column("rows", "rows", ""),
           percent_column("mean_shipped", "as shipped", 1), percent_column("mean_shipped_long", "50 us and longer", 1),
           percent_column("mean_refitted", "refitted", 1), percent_column("mean_refitted_long", "50 us and longer", 1),
           percent_column("mean_held_out", "held out", 1), percent_column("mean_held_out_long", "50 us and longer", 1)},
          {}};
  std::map<std::string, Refit> sums;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Refit& r = refits[i];
    const std::string path = path_of(parts[i].part);
    by_part.rows.push_back({parts[i].chip->name, path, r.shipped.all.size(), r.shipped.mean(), r.shipped.p90(),
                            r.refitted.mean(), r.refitted.p90(), r.held_out.all.size(), r.held_out.mean(),
                            r.held_out.p90()});
    for (Refit* sum : {&sums[path], &sums["all"]})
      sum->shipped.add(r.shipped), sum->refitted.add(r.refitted), sum->held_out.add(r.held_out);
  }
  for (const auto& [path, sum] : sums)
    over_chips.rows.push_back({path, sum.shipped.all.size(), sum.shipped.mean(), sum.shipped.mean_long(),
                               sum.refitted.mean(), sum.refitted.mean_long(), sum.held_out.mean(),
                               sum.held_out.mean_long()});
  document.add(std::move(by_part));
  document.add(std::move(over_chips));
}

}  // namespace

std::vector<ProductPart> parts_of(const Facts& facts, const std::vector<MeasuredKernel>& kernels) {
  std::vector<ProductPart> out;
  for (const training::Accelerator& chip : facts.hardware.accelerators) {
    const catalog::Entry* entry = facts.catalog.find("kernels", chip.name);
    if (!entry) continue;
    for (const catalog::Entry& stated : entry->parts) {
      ProductPart part{&chip, &stated, {}, {}};
      for (const MeasuredKernel& kernel : kernels)
        if (kernel.chip == &chip && path_of(kernel.part) == stated.kind + '.' + stated.name)
          part.rows.push_back(&kernel);
      if (part.rows.empty()) continue;
      part.part = part.rows.front()->part;
      out.push_back(std::move(part));
    }
  }
  return out;
}

silicon::Accelerator fit_part(const ProductPart& part, const silicon::Accelerator& start, const Kernels& rows) {
  constexpr int rounds = 2, evaluations = 250;  // for each constant
  // Where two values serve the rows alike, the one nearer the start: the square of a departure costs this much.
  constexpr double hold = 1e-4;
  silicon::Accelerator chip = start;
  if (rows.empty()) return chip;
  for (int round = 0; round < rounds; ++round) {
    const std::vector<Moved> knobs = moved(part, chip, rows);
    std::vector<double> from;
    for (const Moved& m : knobs) from.push_back(m.encode(*m.at.front()));
    const auto put = [&](const std::vector<double>& x) {
      for (std::size_t i = 0; i < x.size(); ++i) knobs[i].put(x[i]);
    };
    put(minimise(
        [&](const std::vector<double>& x) {
          double departure = 0;
          for (std::size_t i = 0; i < x.size(); ++i) departure += std::pow(std::log(x[i] / from[i]), 2);
          put(x);
          return misfit(rows, chip) + hold * departure;
        },
        from, evaluations * static_cast<int>(knobs.size())));
    fit_factors(part, chip, rows);
  }
  return chip;
}

std::vector<Constant> constants_of_part(const ProductPart& part, const silicon::Accelerator& fitted) {
  silicon::Accelerator before = *part.chip, after = fitted;
  const std::vector<Stated> then = constants_in(part, before), now = constants_in(part, after);
  std::vector<Constant> out;
  for (std::size_t i = 0; i < then.size(); ++i) {
    // What is like another chip is read with its constants scaled: as stated, and by how much it moved.
    const bool scaled = then[i].value > 0 && *then[i].at > 0;
    out.push_back({"kernels", part.chip->name, then[i].path, std::string(then[i].key.key), then[i].value,
                   scaled ? then[i].value * (*now[i].at / *then[i].at) : *now[i].at});
  }
  return out;
}

const silicon::Accelerator* kin_of(const ProductPart& part, const std::vector<ProductPart>& parts) {
  const silicon::Accelerator* best = nullptr;
  const auto far = [&](const silicon::Accelerator& a) {
    const double ratio = std::log(part.chip->peak[0] / a.peak[0]);
    const int rank = a.generation == part.chip->generation ? 0 : ratio >= 0 ? 1 : 2;
    return std::pair(rank, std::abs(ratio));
  };
  for (const ProductPart& other : parts)
    if (other.chip != part.chip && same_sort(other.part, part.part) && (!best || far(*other.chip) < far(*best)))
      best = other.chip;
  return best;
}

Calibrated calibrate_products(const Facts& facts, const CalibrateOptions& options) {
  if (!options.leave_out.empty() && options.leave_out != "chip")
    throw Error({}, "leave_out", in_quotes(options.leave_out) + " cannot be left out of products",
                "leave out chip, or nothing");
  const std::vector<MeasuredKernel> kernels = read_measured_kernels(facts, options.measurements);
  const std::vector<ProductPart> parts = parts_of(facts, kernels);
  if (parts.empty())
    throw Error({}, options.measurements, "has no rows that can be fitted", "give the folder of the measured tables");
  Calibrated out;
  out.document.title = "Products and attention, fitted again";
  out.document.say(out.document.title + "\n");
  if (options.leave_out == "chip") {
    out.document.add(chips_left_out(parts));
    return out;
  }
  std::vector<Refit> refits(parts.size());
  std::vector<Errors> held_out(parts.size());
  const auto fit = [&](std::size_t first, std::size_t last, int) {
    for (std::size_t i = first; i < last; ++i) {
      const ProductPart& part = parts[i / 2];
      if (i % 2 == 0) {
        Refit& refit = refits[i / 2];
        refit.fitted = fit_part(part, *part.chip, part.rows);
        refit.shipped.add(part.rows, *part.chip);
        refit.refitted.add(part.rows, refit.fitted);
      } else {
        Kernels seen, left;
        for (const MeasuredKernel* row : part.rows) (first_half(*row) ? seen : left).push_back(row);
        held_out[i / 2].add(left, fit_part(part, unseen(part, kin_of(part, parts)), seen));
      }
    }
  };
  parallel_for(2 * parts.size(), options.threads, 1, fit, options.progress);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    refits[i].held_out = std::move(held_out[i]);
    for (Constant& c : constants_of_part(parts[i], refits[i].fitted)) out.constants.push_back(std::move(c));
  }
  show(parts, refits, out.document);
  return out;
}

}  // namespace orrery::validation
