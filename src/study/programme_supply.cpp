// The answer of a site programme whose orders or rentals draw on markets or chip factories: what each makes by the
// quarter, who gets it and who waits, and what of it is asked for and comes here.
#include <algorithm>
#include <numeric>

#include "programme/supply_lines.h"
#include "study/programme.h"

namespace orrery::study {
namespace {

using namespace programme;

constexpr double nobody = 0.5;  ///< accelerators that are too few to be waited for

/// A supply by three of its months, from its first day on.
struct QuarterOfSupply {
  Date first;
  double made = 0, wanted = 0, delivered = 0, waiting = 0, wait_weeks = 0;
  std::vector<double> delivered_to, waiting_of;         ///< by the line's buyers; waiting at the end
  double asked_here = 0, come_here = 0, wait_here = 0;  ///< of this programme's orders and rentals
};

std::vector<QuarterOfSupply> quarters_of(const Plan& plan, std::size_t index, const DependentDays& days) {
  const SupplyLine& line = plan.supply_lines[index];
  const SharedLine shared = share_line(plan, index, {}, days);
  const auto each = static_cast<std::size_t>(3 / line.months);
  std::vector<QuarterOfSupply> out;
  double wait_here = 0;
  for (std::size_t p = 0; p < line.periods; ++p) {
    if (p % each == 0) {
      const Date first = period_start(line, p);
      if (first > plan.end) break;
      out.emplace_back().first = first;
      out.back().delivered_to.resize(line.buyers.size());
    }
    QuarterOfSupply& q = out.back();
    const silicon::MarketQuarter& x = shared.periods[p];
    q.wanted = p % each == 0 ? x.wanted : q.wanted + std::accumulate(x.ordered_by.begin(), x.ordered_by.end(), 0.0);
    q.made += shared.made[p], q.delivered += x.delivered, q.waiting = x.waiting(), q.waiting_of = x.waiting_of;
    for (std::size_t b = 0; b < line.buyers.size(); ++b) q.delivered_to[b] += x.delivered_to[b];
    q.wait_weeks = silicon::wait_of_order(shared.made, x.waiting(), p) * line.months * (365.25 / 12 / 7);
    for (std::size_t d = 0; d < shared.asked.size(); ++d) {
      if (shared.asked[d].empty()) continue;
      q.asked_here += shared.asked[d][p], q.come_here += shared.served[d][p];
      wait_here += shared.asked[d][p] - shared.served[d][p];
    }
    q.wait_here = std::max(0.0, wait_here);
  }
  return out;
}

/// Those from the first in which something is asked for here to the last in which it is, or waits.
std::vector<QuarterOfSupply> drawn_on(std::vector<QuarterOfSupply> quarters) {
  const auto here = [](const QuarterOfSupply& q) { return q.asked_here > nobody || q.come_here > nobody; };
  const auto first = std::find_if(quarters.begin(), quarters.end(), here);
  const auto last = std::find_if(quarters.rbegin(), quarters.rend(),
                                 [&](const QuarterOfSupply& q) { return here(q) || q.wait_here > nobody; });
  if (first == quarters.end()) return {};
  return {first, last.base()};
}

Table by_buyer(const SupplyLine& line, const std::vector<double>& amounts) {
  Table t{"", "", {data_column("buyer"), data_column("accelerators", "accelerators")}};
  t.keyed = true;
  for (std::size_t b = 0; b < line.buyers.size(); ++b) t.rows.push_back({line.buyers[b].name, amounts[b]});
  return t;
}

}  // namespace

void add_supply(Document& document, const ProgrammeResult& r) {
  if (r.plan.supply_lines.empty()) return;
  Table t{
      "chip_supply",
      "Supply that is drawn on, by quarter (inputs at their medians)",
      {text_column("supply", "supply"), text_column("quarter", "quarter"), count_column("made", "made", "accelerators"),
       count_column("wanted", "wanted", "accelerators"), count_column("waiting", "waiting", "accelerators"),
       fixed_column("wait_weeks", "new order, weeks", "weeks", 0),
       count_column("asked_here", "asked for here", "accelerators"),
       count_column("comes_here", "comes here", "accelerators"),
       count_column("waits_here", "waits here", "accelerators"), data_column("delivered", "accelerators"),
       data_column("delivered_to", "accelerators"), data_column("waiting_of", "accelerators")}};
  for (std::size_t l = 0; l < r.plan.supply_lines.size(); ++l) {
    const SupplyLine& line = r.plan.supply_lines[l];
    for (const QuarterOfSupply& q : drawn_on(quarters_of(r.plan, l, r.forecast.days)))
      t.rows.push_back({line.name, line.market ? Cell(quarter_name(q.first)) : Cell(q.first), q.made, q.wanted,
                        q.waiting, q.wait_weeks, q.asked_here, q.come_here, q.wait_here, q.delivered,
                        Cell(std::make_shared<const Table>(by_buyer(line, q.delivered_to))),
                        Cell(std::make_shared<const Table>(by_buyer(line, q.waiting_of)))});
  }
  document.add(std::move(t));
}

void add_supply_figures(Document& document, const ProgrammeResult& r) {
  if (r.plan.supply_lines.empty()) return;
  Figure supply{"chip_supply", "What is made by quarter, and who gets it, inputs at their medians", "Supply",
                "accelerators"};
  supply.layers = {{Mark::stack, "", "chip_supply", "quarter", "delivered_to"},
                   {Mark::step, "made", "chip_supply", "quarter", "made"},
                   {Mark::step, "wanted", "chip_supply", "quarter", "wanted"}};
  Figure waiting{"chips_waited_for", "Who waits at the end of the quarter, inputs at their medians", "Supply",
                 "accelerators"};
  waiting.layers = {{Mark::stack, "", "chip_supply", "quarter", "waiting_of"},
                    {Mark::step, "of this programme", "chip_supply", "quarter", "waits_here"}};
  for (Figure* figure : {&supply, &waiting}) {
    figure->choose = "supply", figure->facts = {"market.", "factory.", "order.", "rental."};
    document.figures.push_back(std::move(*figure));
  }
}

}  // namespace orrery::study
