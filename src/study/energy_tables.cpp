#include "study/energy_tables.h"

namespace orrery::study {

Column mw_column(const char* key, const char* heading) {
  return fixed_column(key, heading, "W", 1, mw);
}
Column gwh_column(const char* key, const char* heading) {
  return fixed_column(key, heading, "J", 1, gwh);
}
Column money_column(const char* key, const char* heading, const char* unit) {
  return fixed_column(key, heading, unit, 2, 1e6);
}

Table hours_table(const EnergyQuestion& q, const site::SupplyHours& y, const std::vector<double>& price,
                  const char* key, std::size_t from, std::size_t to) {
  Table t{key, "", {data_column("hour", "h"), data_column("load", "W")}};
  t.in_text = InText::never;
  for (const site::SupplySource& s : q.supply.sources) t.columns.push_back(data_column(s.name, "W"));
  for (const site::SupplyStore& s : q.supply.stores)
    for (const auto& [what, unit] : {std::pair{"_gives", "W"}, {"_takes", "W"}, {"_holds", "J"}})
      t.columns.push_back(data_column(s.name + what, unit));
  for (std::size_t s = 0; s < q.supply.sources.size(); ++s) {
    const std::string& name = q.supply.sources[s].name;
    if (!y.running[s].empty()) t.columns.push_back(data_column(name + "_runs", "W"));
    if (!y.sold[s].empty()) t.columns.push_back(data_column(name + "_sold", "W"));
  }
  for (const char* what : {"gave_way", "unserved"}) t.columns.push_back(data_column(what, "W"));
  t.columns.push_back(data_column("price", "USD/J"));
  for (std::size_t h = from; h < to; ++h) {
    std::vector<Cell> row = {h, q.supply.load[h]};
    for (const std::vector<double>& output : y.output) row.push_back(output[h]);
    for (std::size_t s = 0; s < y.giving.size(); ++s)
      for (const double x : {y.giving[s][h], y.charging[s][h], y.held[s][h]}) row.push_back(x);
    for (std::size_t s = 0; s < y.output.size(); ++s)
      for (const std::vector<double>* of : {&y.running[s], &y.sold[s]})
        if (!of->empty()) row.push_back((*of)[h]);
    for (const double x : {y.shed[h], y.unserved[h], price[h]}) row.push_back(x);
    t.rows.push_back(std::move(row));
  }
  return t;
}

}  // namespace orrery::study
