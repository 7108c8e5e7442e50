// A single-owner cash flow as a workbook of live formulas: change the price, the rate of debt or the coverage on the
// first sheet and the cash flow, the debt, taxes, NPV, IRR and cost of energy follow.
#pragma once
#include <string>

#include "money/project/single_owner.h"

namespace orrery::report {

/// The workbook's bytes. with_results stores each formula's present value beside it, for programs that show a file
/// without computing it; without, every figure is left to the program that opens it.
/// Sheets: Inputs (names such as price, debt_rate), Cash flow (a row a line, a column a year), Results. What depends on
/// no input of the first sheet (energy, maintenance, credits) stands as numbers. The project must have passed check().
/// unit names what is sold: "kWh", "accelerator-hour". Throws Error when there is no room for temporary files.
std::string cash_flow_workbook(const money::SingleOwner& project, bool with_results = true,
                               const std::string& unit = "kWh");

}  // namespace orrery::report
