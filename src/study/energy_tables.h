// Columns and tables that answers about a supply share: of a year, of a path.
#pragma once
#include "study/document.h"
#include "study/energy_read.h"

namespace orrery::study {

inline constexpr double mw = 1e6, mwh = 3.6e9, gwh = 1e3 * mwh;

Column mw_column(const char* key, const char* heading);
Column gwh_column(const char* key, const char* heading);
/// Million dollars a year, or of a quarter (unit "USD").
Column money_column(const char* key, const char* heading, const char* unit = "USD/year");

/// Hours from the first to the last but one, as data: what each source and store does, W and J, and the price.
Table hours_table(const EnergyQuestion& question, const site::SupplyHours& hours, const std::vector<double>& price,
                  const char* key, std::size_t from, std::size_t to);

}  // namespace orrery::study
