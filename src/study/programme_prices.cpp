// The answer of a site programme with prices that move at random: the index of each by quarter.
#include "programme/price_process.h"
#include "study/programme.h"

namespace orrery::study {

using namespace programme;

void add_prices(Document& document, const ProgrammeResult& r) {
  if (r.plan.processes.empty()) return;
  Table t{"price_indices",
          "Prices over those at the start",
          {text_column("process", "process"), text_column("from", "from"), fixed_column("index", "index", "", 2)}};
  const std::size_t trials = r.draws.empty() ? 0 : r.draws.front().size();
  std::vector<double> draws(r.draws.size());
  for (const PriceProcess& process : r.plan.processes) {
    std::vector<std::vector<double>> of_quarter(price_quarters(r.plan));
    for (std::size_t k = 0; k < trials; ++k) {
      for (std::size_t i = 0; i < draws.size(); ++i) draws[i] = r.draws[i][k];
      const std::vector<double> path = price_path(r.plan, process, draws);
      for (std::size_t q = 0; q < path.size(); ++q) of_quarter[q].push_back(path[q]);
    }
    const std::vector<double> median = price_path(r.plan, process, {});
    for (std::size_t q = 0; q < median.size(); ++q) {
      const Date first = r.plan.start + static_cast<int>(price_quarter_start(q));
      t.rows.push_back({process.name, first, trials > 0 ? Cell(spread_of(of_quarter[q])) : Cell(median[q])});
    }
  }
  document.add(std::move(t));
}

void add_price_figures(Document& document, const ProgrammeResult& r) {
  if (r.plan.processes.empty()) return;
  Figure f{"price_indices", "Prices over those at the start", "Money", ""};
  f.layers = {{Mark::band, "", "price_indices", "from", "index", "", "", "process"}};
  f.facts = {"process."};
  document.figures.push_back(std::move(f));
}

}  // namespace orrery::study
