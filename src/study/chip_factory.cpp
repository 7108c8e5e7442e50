// A chip factory as a kind of study: a raise, an accelerator, what packaging is to be had, and ways to its wafers
// (build, buy, contract) held side by side (silicon/wafer_supply).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>

#include "base/units.h"
#include "silicon/factory_file.h"
#include "study/kinds.h"

namespace orrery::study {
namespace {

using namespace scenario;
using silicon::Factory, silicon::FactoryTerms, silicon::FactoryWay;
namespace d = dimension;
constexpr double month = mean_month.value();
constexpr Dimension wafer_rate = d::wafers - d::time, per_chip = d::money - d::chips, density = d::none - d::area;

// What a way comes to in a trial, in the order of its outputs; then accelerators and cumulative cash by year.
enum Outcome {
  affordable,
  capacity,
  first_die,
  out_of_pocket,
  die_cost,
  cost,
  surplus,
  made,
  present_value,
  built,
  binding,
  scalars
};
const char* const bindings[] = {"packaging", "raise", "raise, then packaging", "raise: too small for a line",
                                "wafer starts"};

/// Fills the outputs of one way; infinite where there are none.
void run_way(const Factory& f, const FactoryTerms& common, const FactoryWay& way, const std::vector<double>& packaging,
             std::span<double> out) {
  std::fill(out.begin(), out.end(), 0.0);
  out[first_die] = out[die_cost] = out[cost] = infinity;
  const silicon::BuiltWay line = silicon::built(common, way, packaging);
  out[affordable] = line.affordable, out[capacity] = line.capacity;
  out[built] = out[capacity] > 0;
  if (out[built] == 0) {
    out[binding] = 3;
    return;
  }
  const std::vector<silicon::SupplyStep> steps =
      silicon::run_source(common.product, way.source, out[capacity], packaging);
  double sum = 0, spent = 0;
  int held = 0, running = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    const silicon::SupplyStep& x = steps[i];
    const size_t year = scalars + i / silicon::supply_steps_in_year;
    if (x.dies > 0 && out[made] == 0) out[first_die] = static_cast<double>(i) * silicon::supply_step_time / 86400;
    held += x.held, running += x.starts > 0;
    out[made] += x.dies, out[year] += x.dies, sum += x.cash, spent += x.spent;
    out[surplus] += std::max(0.0, x.dies - common.product.own_use * silicon::supply_step_time);
    out[year + static_cast<size_t>(f.years)] = sum;
  }
  out[out_of_pocket] = -silicon::low_point(steps);
  out[present_value] = silicon::present_value(steps, f.rate);
  if (out[made] > 0) out[cost] = spent / out[made], out[die_cost] = out[cost] - common.product.part_cost;
  const bool packaged = 2 * held > running;
  out[binding] = out[capacity] < way.planned ? packaged ? 2 : 1 : packaged ? 0 : 4;
}

size_t outputs_each(const Factory& f) {
  return scalars + 2 * static_cast<size_t>(f.years);
}

void run(const Factory& f, Draws draws, std::span<double> outputs) {
  const FactoryTerms common = f.terms_in(draws);
  const std::vector<double> packaging = f.packaged_in(common, draws);
  for (size_t k = 0; k < f.options.size(); ++k)
    run_way(f, common, f.way_in(k, draws), packaging, outputs.subspan(k * outputs_each(f), outputs_each(f)));
}

/// The last day of a year of the factory.
Date year_end(const Factory& f, size_t year) {
  return f.start + static_cast<int>(in_days(year_length) * (static_cast<double>(year) + 1)) - 1;
}

std::string year_name(const Factory& f, size_t year) {
  return "to " + quarter_name(year_end(f, year));
}

std::vector<Figure> figures(bool has_trials) {
  std::vector<Figure> out = {{"cumulative_cash",
                              "Cumulative cash at the end of each year",
                              "Money",
                              "USD",
                              Plot::time,
                              {{Mark::band, "", "years", "until", "cumulative_cash", "", "", "option"}}},
                             {"made",
                              "Accelerators made in the year to each day",
                              "Chips",
                              "accelerators",
                              Plot::time,
                              {{Mark::band, "", "years", "until", "accelerators", "", "", "option"}}},
                             {"cost_per_accelerator",
                              "Cost of an accelerator",
                              "Money",
                              "USD",
                              Plot::ranking,
                              {{Mark::bar, band_name(has_trials), "options", "option", "cost_per_accelerator"}}},
                             {"net_present_value",
                              "Net present value",
                              "Money",
                              "USD",
                              Plot::ranking,
                              {{Mark::bar, band_name(has_trials), "options", "option", "net_present_value"}}}};
  out.front().in_brief = true;
  return out;
}

Document answer_of(const Factory& f, const std::string& title, const std::string& description, const Trials& trials) {
  const bool many = trials.count > 0;
  Document out;
  out.say(title + "\n" + (description.empty() ? "" : description + "\n"));
  out.say(many ? fmt::format("{} trials: P50 (P10 to P90)\n", format_count(trials.count))
               : "inputs at their medians\n");
  out.put("start", f.start).put("years", f.years);

  Table reach{"",
              "How far the raise goes",
              {text_column("", "option"), count_column("", "raise covers, wafers/month", "", -2),
               count_column("", "built or contracted", "", -2), percent_column("", "raise suffices in"),
               text_column("", "first good die"), text_column("", "binds")}};
  Table results{
      "options",
      fmt::format("What it makes and costs in {} years", f.years),
      {text_column("option", "option"), data_column("note"), data_column("raise_suffices", "share"),
       data_column("binding"), data_column("binding_share", "share"),
       data_column("affordable_wafers_per_month", "wafers/month"),
       data_column("capacity_wafers_per_month", "wafers/month"), data_column("days_to_first_good_die", "days"),
       count_column("accelerators", "made, thousand", "accelerators", 0, 1e3),
       count_column("surplus", "surplus, thousand", "accelerators", 0, 1e3),
       fixed_column("out_of_pocket", "out of pocket, B$", "USD", 1, 1e9),
       amount_column("cost_per_good_die", "$ per good die", d::money),
       amount_column("cost_per_accelerator", "$ per accelerator", d::money),
       fixed_column("net_present_value", "NPV, B$", "USD", 1, 1e9), data_column("by_year", "accelerators"),
       data_column("cumulative_cash", "USD")}};
  Table by_year{"", "Accelerators by year, thousand", {text_column("", "year")}},
      cash{"", "Cumulative cash at the end of the year, B$", {text_column("", "year")}};
  for (size_t y = 0; y < static_cast<size_t>(f.years); ++y)
    by_year.rows.push_back({year_name(f, y)}), cash.rows.push_back({year_name(f, y)});

  Table years_of_all{"years",
                     "",
                     {data_column("option"), data_column("until"), data_column("accelerators", "accelerators"),
                      data_column("cumulative_cash", "USD")}};
  for (size_t k = 0; k < f.options.size(); ++k) {
    const size_t at = k * outputs_each(f);
    auto spread = [&](size_t output, double unit = 1) {
      const Spread s = trials.spread(at + output);
      return Spread{s.p10 * unit, s.p50 * unit, s.p90 * unit};
    };
    std::map<std::string, int> counts;
    for (const double x : trials.values[at + binding]) ++counts[bindings[static_cast<size_t>(x)]];
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    const double n = static_cast<double>(trials.values[at + binding].size()), share = most->second / n;
    const double suffices =
        std::accumulate(trials.values[at + built].begin(), trials.values[at + built].end(), 0.0) / n;
    const Spread first = spread(first_die);
    auto quarter = [&](double days) {
      return std::isfinite(days) ? quarter_name(f.start + static_cast<int>(days)) : "never";
    };
    reach.rows.push_back({f.options[k].name, spread(affordable, month), spread(capacity, month), suffices,
                          many
                              ? fmt::format("{} ({} to {})", quarter(first.p50), quarter(first.p10), quarter(first.p90))
                              : quarter(first.p50),
                          many ? fmt::format("{} ({:.0f} %)", most->first, 100 * share) : most->first});
    std::vector<Cell> years, sums;
    for (size_t y = 0; y < static_cast<size_t>(f.years); ++y) {
      years.push_back(spread(scalars + y)), sums.push_back(spread(scalars + static_cast<size_t>(f.years) + y));
      by_year.rows[y].push_back(years.back()), cash.rows[y].push_back(sums.back());
      years_of_all.rows.push_back({f.options[k].name, year_end(f, y), years.back(), sums.back()});
    }
    by_year.columns.push_back(count_column("", f.options[k].name, "", 0, 1e3)),
        cash.columns.push_back(fixed_column("", f.options[k].name, "", 1, 1e9));
    results.rows.push_back({f.options[k].name, f.options[k].note, suffices, most->first, share,
                            spread(affordable, month), spread(capacity, month), first, spread(made), spread(surplus),
                            spread(out_of_pocket), spread(die_cost), spread(cost), spread(present_value),
                            Cell(Value(std::move(years))), Cell(Value(std::move(sums)))});
  }
  out.add(std::move(reach)).add(std::move(results)).add(std::move(by_year)).add(std::move(cash));
  out.add(std::move(years_of_all));
  out.figures = figures(trials.count > 0);
  Table inputs{"inputs",
               "Where the figures come from",
               {text_column("input", "input"), text_column("", "value"), data_column("median", "base units"),
                text_column("basis", "basis"), text_column("source", "source or note")}};
  for (const silicon::FactoryOrigin& o : f.origins)
    inputs.rows.push_back({o.path, o.value, o.median, o.basis, o.source});
  return std::move(out.add(std::move(inputs)));
}

Study read(const Scenario& scenario, const catalog::Catalog& catalog) {
  Reader reader(scenario, catalog);
  Study study = titled_study(reader);
  const auto f = std::make_shared<const Factory>(silicon::read_factory(reader));
  study.start = f->start;
  study.end = f->start + static_cast<int>(in_days(year_length) * f->years);
  for (const Factory::Option& option : f->options) {
    auto add = [&](const std::string& name, Dimension dimension, bool is_date = false, bool compared = true,
                   bool explained = false) {
      study.outputs.push_back({option.name + ": " + name, dimension, is_date, compared, explained});
    };
    add("wafers that the raise covers", wafer_rate), add("wafers built or contracted", wafer_rate),
        add("first good die", {}, true);
    add("out of pocket", d::money), add("cost per good die", d::money), add("cost per accelerator", d::money),
        add("surplus", d::chips);
    add("made", d::chips), add("net present value", d::money, false, true, true);
    add("built", {}, false, false), add("binds", {}, false, false);
    for (int y = 0; y < 2 * f->years; ++y) add("year", {}, false, false);
  }
  study.trial = [f](Draws draws, std::span<double> outputs) { run(*f, draws, outputs); };
  study.answer = [f, title = study.title, description = study.description](const Trials& trials) {
    return answer_of(*f, title, description, trials);
  };
  return finished_study(std::move(study), reader);
}

}  // namespace

const Kind chip_factory_kind{silicon::factory_form, read};

}  // namespace orrery::study
