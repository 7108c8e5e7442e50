// The workbook by libxlsxwriter: inputs as named cells, then each line of the cash flow as a row of formulas.
#include "report/finance_xlsx.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace orrery::report {

namespace {

using namespace money;

/// "C", "AA": the letters of a column counted from 0.
std::string letters(std::size_t column) {
  std::string name;
  for (++column; column > 0; column = (column - 1) / 26)
    name.insert(name.begin(), static_cast<char>('A' + (column - 1) % 26));
  return name;
}

class Workbook {
 public:
  Workbook(const SingleOwner& project, const std::string& path, bool with_results, const std::string& unit)
      : project_(project), with_results_(with_results), unit_(unit), n_(static_cast<std::size_t>(project.years)) {
    result_ = run(project, room_, true);
    book_ = workbook_new(path.c_str());
    if (!book_) throw Error({path}, "", "the workbook cannot be made", "name a place that can be written");
    // One workbook, whenever it is written: with the day on which zip's own dates begin.
    lxw_doc_properties properties{};
    properties.created = 315532800;  // 1980-01-01
    workbook_set_properties(book_, &properties);
    inputs_ = workbook_add_worksheet(book_, "Inputs");
    flow_ = workbook_add_worksheet(book_, "Cash flow");
    results_ = workbook_add_worksheet(book_, "Results");
    money_ = number_format("#,##0");
    plain_ = number_format("0.0000");
    price_ = number_format("0.00000");
    percent_ = number_format("0.000%");
    bold_ = workbook_add_format(book_);
    format_set_bold(bold_);
  }

  void write() {
    write_inputs();
    write_revenue();
    write_operation_and_reserves();
    write_debt();
    write_reserve_totals();
    write_depreciation();
    write_taxes_and_returns();
    write_results();
    worksheet_freeze_panes(flow_, 1, 1);
    worksheet_set_column(inputs_, 0, 0, 44, nullptr);
    worksheet_set_column(inputs_, 1, 1, 18, nullptr);
    worksheet_set_column(flow_, 0, 0, 40, nullptr);
    worksheet_set_column(flow_, 1, static_cast<lxw_col_t>(n_ + 1), 14, nullptr);
    worksheet_set_column(results_, 0, 1, 30, nullptr);
  }
  lxw_error close() {
    const lxw_error error = workbook_close(book_);
    book_ = nullptr;
    return error;
  }

 private:
  lxw_format* number_format(const char* text) {
    lxw_format* format = workbook_add_format(book_);
    format_set_num_format(format, text);
    return format;
  }

  /// A named input.
  void input(const char* name, const char* label, double value, lxw_format* format) {
    worksheet_write_string(inputs_, input_row_, 0, label, nullptr);
    worksheet_write_number(inputs_, input_row_, 1, value, format);
    worksheet_write_string(inputs_, input_row_, 2, name, nullptr);
    workbook_define_name(book_, name, fmt::format("=Inputs!$B${}", input_row_ + 1).c_str());
    ++input_row_;
  }

  /// The cell of a row in a year; "Cash flow" rows are addressed by name.
  std::string cell(const std::string& row, std::size_t year) const {
    return letters(year + 1) + std::to_string(rows_.at(row) + 1);
  }
  std::string range(const std::string& row, std::size_t from, std::size_t to) const {
    return fmt::format("'Cash flow'!{}:{}", cell(row, from), cell(row, to));
  }
  std::string year_cell(std::size_t year) const { return letters(year + 1) + "1"; }

  std::uint32_t new_row(const std::string& name, const std::string& label, bool strong = false) {
    const std::uint32_t row = static_cast<std::uint32_t>(rows_.size()) + 1;
    rows_[name] = row;
    worksheet_write_string(flow_, row, 0, label.c_str(), strong ? bold_ : nullptr);
    return row;
  }
  /// A row of numbers that no input of the workbook alters.
  void numbers(const std::string& name, const std::string& label, const std::function<double(std::size_t)>& value,
               lxw_format* format = nullptr) {
    const std::uint32_t row = new_row(name, label);
    for (std::size_t year = 0; year <= n_; ++year)
      worksheet_write_number(flow_, row, column(year), value(year), format ? format : money_);
  }
  void numbers(FlowLine line, const std::string& label, lxw_format* format = nullptr) {
    const std::span<const double> values = room_.lines[line];
    numbers(
        std::string(flow_line_name(line)), label, [values](std::size_t year) { return values[year]; }, format);
  }
  /// A row of formulas; result gives what each comes to now.
  void formulas(const std::string& name, const std::string& label,
                const std::function<std::string(std::size_t)>& formula, const std::function<double(std::size_t)>& value,
                bool strong = false, lxw_format* format = nullptr) {
    const std::uint32_t row = new_row(name, label, strong);
    for (std::size_t year = 0; year <= n_; ++year) {
      const std::string text = formula(year);
      if (text.empty()) continue;
      put(flow_, row, column(year), "=" + text, value(year), format ? format : money_);
    }
  }
  void formulas(FlowLine line, const std::string& label, const std::function<std::string(std::size_t)>& formula,
                bool strong = false, lxw_format* format = nullptr) {
    const std::span<const double> values = room_.lines[line];
    formulas(
        std::string(flow_line_name(line)), label, formula, [values](std::size_t year) { return values[year]; }, strong,
        format);
  }
  void put(lxw_worksheet* sheet, std::uint32_t row, lxw_col_t col, const std::string& formula, double value,
           lxw_format* format) {
    if (with_results_) worksheet_write_formula_num(sheet, row, col, formula.c_str(), format, value);
    else worksheet_write_formula(sheet, row, col, formula.c_str(), format);
  }
  static lxw_col_t column(std::size_t year) { return static_cast<lxw_col_t>(year + 1); }

  void write_inputs() {
    const SingleOwner& p = project_;
    worksheet_write_string(inputs_, input_row_++, 0, "Inputs: change the numbers, the other sheets follow", bold_);
    input("price", ("price in year 1, $/" + unit_).c_str(), result_.price, price_);
    input("price_growth", "its growth a year", p.price.growth, percent_);
    input("installed_cost", "installed cost before financing, $", p.installed_cost, money_);
    input("construction_financing", "financing during construction, $", p.construction_financing, money_);
    input("other_financing", "other financing cost, $", p.other_financing, money_);
    input("grants", "grants (IBI and CBI), $", result_.ibi_total + result_.cbi_total, money_);
    input("closing_cost", "closing cost of the debt, $", p.debt.closing_cost, money_);
    input("debt_fee", "fee on the debt", p.debt.fee, percent_);
    input("debt_rate", "interest rate of the debt", p.debt.rate, percent_);
    input("debt_years", "term of the debt, years", p.debt.tenor_years, plain_);
    if (p.debt.sculpted) {
      // A debt cut to its largest share has the higher ratio that this takes.
      const double used =
          result_.debt != 0 ? result_.present_cash_for_debt_service / result_.debt : p.debt.coverage_ratio;
      input("coverage", "debt service coverage ratio", used, plain_);
    } else {
      input("debt_given", "debt, $", room_.lines[FlowLine::debt_balance][0], money_);
      input("moratorium", "years without principal", p.debt.moratorium_years, plain_);
    }
    input("debt_reserve_months", "debt service reserve, months", p.debt.reserve_months, plain_);
    input("working_capital_months", "working capital reserve, months of operating expenses", p.working_capital_months,
          plain_);
    input("receivables_months", "receivables reserve, months of sales", p.receivables_months, plain_);
    input("reserves_interest", "interest on reserves", p.reserves_interest, percent_);
    input("real_discount", "real discount rate", p.real_discount, percent_);
    input("inflation", "inflation", p.inflation, percent_);
    if (p.losses.carried)
      input("loss_limit", "share of income that carried losses take away", p.losses.limit, percent_);
    for (std::size_t c = 0; c < depreciation_classes; ++c) {
      const std::string name(depreciation_class_name(static_cast<DepreciationClass>(c)));
      if (p.allocation[c] == 0) continue;
      input(("share_" + name).c_str(), ("share of cost that depreciates as " + name).c_str(), p.allocation[c],
            percent_);
      for (const bool of_state : {false, true}) {
        const DepreciationBasis& basis = of_state ? result_.state : result_.federal;
        const std::string where = of_state ? "state" : "federal";
        input((where + "_cut_" + name).c_str(), ("grants and credits off its " + where + " basis, $").c_str(),
              result_.allocated[c] - basis.after_credit[c], money_);
        input((where + "_bonus_" + name).c_str(), ("its " + where + " bonus in year 1").c_str(),
              basis.after_credit[c] != 0 ? basis.first_year_bonus[c] / basis.after_credit[c] : 0, percent_);
      }
    }
  }

  void write_revenue() {
    worksheet_write_string(flow_, 0, 0, "year", bold_);
    for (std::size_t year = 0; year <= n_; ++year)
      worksheet_write_number(flow_, 0, column(year), static_cast<double>(year), bold_);
    const Lines& f = room_.lines;
    numbers(FlowLine::energy_sales, "sold, " + unit_);
    // Units at the multiplier of their time of delivery.
    numbers("valued_energy", "sold, weighted by time of delivery, " + unit_, [&f](std::size_t year) {
      const double price = f[FlowLine::ppa_price][year];
      return price == 0 ? 0 : f[FlowLine::energy_value][year] / price;
    });
    if (!project_.price.solve && project_.price.values.size() > 1)
      numbers(FlowLine::ppa_price, "price, $/" + unit_, price_);
    else
      formulas(
          FlowLine::ppa_price, "price, $/" + unit_,
          [this](std::size_t year) {
            return year == 0 ? "" : fmt::format("price*(1+price_growth)^({}-1)", year_cell(year));
          },
          false, price_);
    formulas(FlowLine::energy_value, "sales, $", [this](std::size_t year) {
      return year == 0 ? "" : fmt::format("{}*{}", cell("ppa_price", year), cell("valued_energy", year));
    });
    numbers(FlowLine::thermal_value, "heat sold");
    numbers(FlowLine::curtailment_value, "curtailment paid");
    numbers(FlowLine::capacity_payment, "capacity payments");
    numbers("payments_for_debt", "production payments that lenders count", [this](std::size_t year) {
      double sum = 0;
      for (std::size_t p = 0; p < payers; ++p)
        if (project_.incentives.production[p].pays_debt)
          sum += room_.lines[FlowLine::pbi_total_fed + static_cast<int>(p)][year];
      return sum;
    });
    numbers(FlowLine::net_salvage_value, "salvage");
    formulas(
        FlowLine::total_revenue, "revenue",
        [this](std::size_t year) {
          return year == 0 ? ""
                           : fmt::format("SUM({}:{})", cell("energy_value", year), cell("net_salvage_value", year));
        },
        true);
  }

  void write_operation_and_reserves() {
    const Lines& f = room_.lines;
    const std::string first(flow_line_name(FlowLine::om_fixed_expense));
    std::string last = first;
    for (FlowLine line = FlowLine::om_fixed_expense; line < FlowLine::operating_expenses; line = line + 1) {
      const bool is_cost = line != FlowLine::property_tax_assessed_value &&
                           line != FlowLine::battery_replacement_cost_schedule &&
                           line != FlowLine::fuelcell_replacement_cost_schedule;
      double all = 0;
      for (const double value : f[line]) all += std::abs(value);
      if (!is_cost || (all == 0 && line != FlowLine::om_fixed_expense)) continue;
      std::string label(flow_line_name(line));
      for (char& c : label) c = c == '_' ? ' ' : c;
      numbers(line, label);
      last = flow_line_name(line);
    }
    formulas(
        FlowLine::operating_expenses, "operating expenses",
        [&](std::size_t year) {
          return year == 0 ? "" : fmt::format("SUM({}:{})", cell(first, year), cell(last, year));
        },
        true);
    formulas(
        FlowLine::ebitda, "EBITDA",
        [this](std::size_t year) {
          return year == 0 ? "" : cell("total_revenue", year) + "-" + cell("operating_expenses", year);
        },
        true);
    numbers("funding_equip", "into equipment reserves", [&f](std::size_t year) {
      return f[FlowLine::funding_equip1][year] + f[FlowLine::funding_equip2][year] + f[FlowLine::funding_equip3][year];
    });
    numbers("disbursement_equip", "out of equipment reserves", [&f](std::size_t year) {
      return f[FlowLine::disbursement_equip1][year] + f[FlowLine::disbursement_equip2][year] +
             f[FlowLine::disbursement_equip3][year];
    });
    numbers("reserve_equip", "equipment reserves at the end of the year", [&f](std::size_t year) {
      return f[FlowLine::reserve_equip1][year] + f[FlowLine::reserve_equip2][year] + f[FlowLine::reserve_equip3][year];
    });
    formulas(FlowLine::reserve_om, "working capital reserve", [this](std::size_t year) {
      return year == n_ ? "" : fmt::format("working_capital_months/12*{}", cell("operating_expenses", year + 1));
    });
    formulas(FlowLine::reserve_receivables, "receivables reserve", [this](std::size_t year) {
      return year == n_ ? ""
                        : fmt::format("receivables_months/12*SUM({}:{})", cell("energy_value", year + 1),
                                      cell("capacity_payment", year + 1));
    });
  }

  /// What goes into an account in a year, from its balances; what comes out at the end is not part of it.
  std::string into(const std::string& reserve, std::size_t year) const {
    if (year == n_) return "0";
    return year == 0 ? cell(reserve, 0) : fmt::format("({}-{})", cell(reserve, year), cell(reserve, year - 1));
  }

  void write_debt() {
    formulas(FlowLine::cash_for_ds, "cash for debt service", [this](std::size_t year) {
      const std::string ebitda = year == 0 ? "0" : cell("ebitda", year);
      return fmt::format("IF({}<=debt_years,{}-{}-{},0)", year_cell(year), ebitda, cell("funding_equip", year),
                         into("reserve_receivables", year));
    });
    formulas(
        FlowLine::pv_interest_factor, "discount factor at the debt's rate",
        [this](std::size_t year) {
          return fmt::format("IF({}<=debt_years,(1+debt_rate)^-MAX(1,{}),0)", year_cell(year), year_cell(year));
        },
        false, plain_);
    // Interest runs on the balance of the year before, three rows further down.
    const std::uint32_t balance = static_cast<std::uint32_t>(rows_.size()) + 4;
    const bool sculpted = project_.debt.sculpted;
    const bool equal_principal = project_.debt.equal_principal;
    const std::string balance_row = std::to_string(balance + 1);
    auto before = [&](std::size_t year) { return letters(year) + balance_row; };
    formulas(FlowLine::debt_payment_interest, "interest", [&](std::size_t year) {
      return year == 0 ? "" : fmt::format("IF({}<=debt_years,{}*debt_rate,0)", year_cell(year), before(year));
    });
    formulas(FlowLine::debt_payment_principal, "principal", [&](std::size_t year) -> std::string {
      if (year == 0) return "";
      const std::string interest = cell("debt_payment_interest", year);
      if (sculpted)
        return fmt::format("IF({}<=debt_years,{}/coverage-{},0)", year_cell(year), cell("cash_for_ds", year), interest);
      const std::string payment = equal_principal
                                      ? "debt_given/(debt_years-moratorium)"
                                      : fmt::format("-PMT(debt_rate,debt_years-moratorium,debt_given)-{}", interest);
      return fmt::format("IF(AND({0}<=debt_years,{0}>moratorium),{1},0)", year_cell(year), payment);
    });
    formulas(
        FlowLine::debt_payment_total, "debt service",
        [this](std::size_t year) {
          return year == 0 ? "" : cell("debt_payment_interest", year) + "+" + cell("debt_payment_principal", year);
        },
        true);
    formulas(FlowLine::debt_balance, "debt at the end of the year", [&](std::size_t year) -> std::string {
      if (year > 0)  // beyond the term SAM keeps no balance of a sculpted debt
        return sculpted ? fmt::format("IF({}<=debt_years,{}-{},0)", year_cell(year), before(year),
                                      cell("debt_payment_principal", year))
                        : before(year) + "-" + cell("debt_payment_principal", year);
      if (!sculpted) return "debt_given";
      return fmt::format("SUMPRODUCT({}:{},{}:{})/coverage", cell("cash_for_ds", 0), cell("cash_for_ds", n_),
                         cell("pv_interest_factor", 0), cell("pv_interest_factor", n_));
    });
    formulas(
        FlowLine::pretax_dscr, "debt service coverage",
        [this](std::size_t year) {
          return year == 0
                     ? ""
                     : fmt::format("IF({0}=0,0,{1}/{0})", cell("debt_payment_total", year), cell("cash_for_ds", year));
        },
        false, plain_);
    formulas(FlowLine::reserve_debtservice, "debt service reserve", [this](std::size_t year) {
      return year == n_ ? "" : fmt::format("debt_reserve_months/12*{}", cell("debt_payment_total", year + 1));
    });
  }

  void write_reserve_totals() {
    formulas(FlowLine::reserve_total, "reserves at the end of the year", [this](std::size_t year) {
      std::string sum = cell("reserve_equip", year);
      if (year < n_)
        for (const char* reserve : {"reserve_om", "reserve_receivables", "reserve_debtservice"})
          sum += "+" + cell(reserve, year);
      return sum;
    });
    formulas(FlowLine::reserve_interest, "interest on reserves", [this](std::size_t year) {
      return year == 0 ? "" : "reserves_interest*" + cell("reserve_total", year - 1);
    });
    formulas(FlowLine::project_ra, "into (-) and out of reserves", [this](std::size_t year) {
      return year == 0 ? "-" + cell("reserve_total", 0)
                       : fmt::format("{}-{}", cell("reserve_total", year - 1), cell("reserve_total", year));
    });
  }

  void write_depreciation() {
    for (const bool of_state : {false, true}) {
      const std::string where = of_state ? "state" : "federal";
      std::string sum;
      std::vector<std::string> names;
      for (std::size_t c = 0; c < depreciation_classes; ++c) {
        if (project_.allocation[c] == 0) continue;
        const DepreciationClass kind = static_cast<DepreciationClass>(c);
        const std::string name(depreciation_class_name(kind));
        const std::span<const double> table = kind == DepreciationClass::custom
                                                  ? std::span<const double>(project_.custom_depreciation)
                                                  : depreciation_table(kind);
        const DepreciationBasis& basis = of_state ? result_.state : result_.federal;
        const std::string cost =
            fmt::format("(share_{0}*(installed_cost+construction_financing+other_financing)-{1}_cut_{0})", name, where);
        const bool writes_off = project_.writes_off_rest;
        auto share = [table, writes_off, last = n_](std::size_t year) {
          if (year < 1 || year > table.size()) return 0.0;
          double part = table[year - 1];
          if (writes_off && year == last)
            for (std::size_t later = year; later < table.size(); ++later) part += table[later];
          return part;
        };
        formulas(
            where + "_" + name, where + " depreciation, " + name,
            [=](std::size_t year) {
              if (year == 0) return std::string();
              std::string text = fmt::format("{0}*(1-{1}_bonus_{2})*{3}", cost, where, name, share(year));
              if (year == 1) text += fmt::format("+{0}*{1}_bonus_{2}", cost, where, name);
              return text;
            },
            [&basis, c, share](std::size_t year) {
              return basis.basis[c] * share(year) + (year == 1 ? basis.first_year_bonus[c] : 0);
            });
        names.push_back(where + "_" + name);
      }
      const FlowLine equipment = of_state ? FlowLine::stadepr_me1 : FlowLine::feddepr_me1;
      numbers(where + "_equipment", where + " depreciation, equipment replaced", [this, equipment](std::size_t year) {
        const Lines& f = room_.lines;
        return f[equipment][year] + f[equipment + 1][year] + f[equipment + 2][year];
      });
      names.push_back(where + "_equipment");
      formulas(
          of_state ? FlowLine::stadepr_total : FlowLine::feddepr_total, where + " depreciation",
          [this, names](std::size_t year) {
            std::string text;
            for (const std::string& name : names) text += (text.empty() ? "" : "+") + cell(name, year);
            return year == 0 ? std::string() : text;
          },
          true);
    }
  }

  /// Losses carried forward: what is used of them, and what is left, which stands one row further down.
  void write_losses(bool of_state, const std::string& income) {
    const std::string left_row = std::to_string(rows_.size() + 3), where = of_state ? "state" : "federal";
    formulas(of_state ? FlowLine::statax_loss_used : FlowLine::fedtax_loss_used, where + " losses used",
             [&](std::size_t year) {
               return year == 0
                          ? std::string()
                          : fmt::format("MIN({}{},loss_limit*MAX({},0))", letters(year), left_row, cell(income, year));
             });
    const std::string used = of_state ? "statax_loss_used" : "fedtax_loss_used";
    formulas(of_state ? FlowLine::statax_loss_carried : FlowLine::fedtax_loss_carried, where + " losses carried",
             [&](std::size_t year) {
               return year == 0 ? std::string("0")
                                : fmt::format("{}{}+MAX(-{},0)-{}", letters(year), left_row, cell(income, year),
                                              cell(used, year));
             });
  }

  void write_taxes_and_returns() {
    numbers(FlowLine::state_tax_frac, "state tax rate", percent_);
    numbers(FlowLine::federal_tax_frac, "federal tax rate", percent_);
    numbers(FlowLine::statax_taxable_incentives, "incentives taxed by the state");
    numbers(FlowLine::fedtax_taxable_incentives, "incentives taxed federally");
    numbers(FlowLine::ptc_fed, "federal production credit");
    numbers(FlowLine::ptc_sta, "state production credit");
    numbers(FlowLine::itc_fed, "federal investment credit");
    numbers(FlowLine::itc_sta, "state investment credit");
    auto income = [this](std::size_t year) {
      return fmt::format("{}+{}-{}", cell("ebitda", year), cell("reserve_interest", year),
                         cell("debt_payment_interest", year));
    };
    auto taxes = [&](bool of_state, const auto& taxed) {
      const std::string where = of_state ? "state" : "federal", rate = where + "_tax_frac";
      formulas(of_state ? FlowLine::statax_income_with_incentives : FlowLine::fedtax_income_with_incentives,
               "income taxed, " + where,
               [&](std::size_t year) { return year == 0 ? std::string() : std::string(taxed(year)); });
      const std::string row(
          flow_line_name(of_state ? FlowLine::statax_income_with_incentives : FlowLine::fedtax_income_with_incentives));
      if (project_.losses.carried) write_losses(of_state, row);
      const std::string used = of_state ? "statax_loss_used" : "fedtax_loss_used";
      formulas(of_state ? FlowLine::statax : FlowLine::fedtax, where + " tax", [&](std::size_t year) -> std::string {
        if (year == 0) return "";
        if (!project_.losses.carried) return fmt::format("-{}*{}", cell(rate, year), cell(row, year));
        return fmt::format("-{}*(MAX({},0)-{})", cell(rate, year), cell(row, year), cell(used, year));
      });
    };
    taxes(true, [&](std::size_t year) {
      return fmt::format("{}-{}+{}", income(year), cell("stadepr_total", year),
                         cell("statax_taxable_incentives", year));
    });
    taxes(false, [&](std::size_t year) {
      return fmt::format("{}-{}+{}+{}+{}+{}", income(year), cell("feddepr_total", year), cell("statax", year),
                         cell("ptc_sta", year), cell("itc_sta", year), cell("fedtax_taxable_incentives", year));
    });
    numbers("payments_apart", "production payments that lenders do not count", [this](std::size_t year) {
      double sum = 0;
      for (std::size_t p = 0; p < payers; ++p)
        if (!project_.incentives.production[p].pays_debt)
          sum += room_.lines[FlowLine::pbi_total_fed + static_cast<int>(p)][year];
      return sum;
    });
    formulas(
        FlowLine::project_return_pretax, "cash to the owner before tax",
        [&](std::size_t year) {
          if (year == 0) return std::string("-Results!$B$6");
          return fmt::format("{}-{}+{}+{}+{}", income(year), cell("debt_payment_principal", year),
                             cell("payments_apart", year), cell("project_ra", year), cell("disbursement_equip", year));
        },
        true);
    formulas(
        FlowLine::project_return_aftertax, "cash to the owner after tax",
        [this](std::size_t year) {
          if (year == 0) return cell("project_return_pretax", 0);
          std::string text = cell("project_return_pretax", year);
          for (const char* line : {"statax", "fedtax", "ptc_fed", "ptc_sta", "itc_fed", "itc_sta"})
            text += "+" + cell(line, year);
          return text;
        },
        true);
    formulas(FlowLine::annual_costs, "of it apart from sales", [this](std::size_t year) {
      if (year == 0) return cell("project_return_aftertax", 0);
      const std::string costs = fmt::format("{}-SUM({}:{})", cell("project_return_aftertax", year),
                                            cell("energy_value", year), cell("capacity_payment", year));
      // SAM's cost of energy leaves out that the receivables reserve comes back in the last year.
      return year == n_ ? costs + "-" + cell("reserve_receivables", n_ - 1) : costs;
    });
  }

  void result(const char* label, const std::string& formula, double value, lxw_format* format) {
    worksheet_write_string(results_, result_row_, 0, label, nullptr);
    put(results_, result_row_, 1, "=" + formula, value, format);
    ++result_row_;
  }
  std::string on_flow(const std::string& row, std::size_t year) const { return "'Cash flow'!" + cell(row, year); }

  void write_results() {
    const SingleOwnerResult& r = result_;
    worksheet_write_string(results_, result_row_++, 0, "Results", bold_);
    result("nominal discount rate", "(1+real_discount)*(1+inflation)-1", r.nominal_discount, percent_);
    // A gearing debt whose term outlasts the analysis counts as far as it is repaid, as in SAM.
    result("debt, $",
           project_.debt.sculpted ? on_flow("debt_balance", 0) : "SUM(" + range("debt_payment_principal", 1, n_) + ")",
           r.debt, money_);
    result(
        "financing cost, $",
        fmt::format("closing_cost+debt_fee*B3+other_financing+construction_financing+{}", on_flow("reserve_total", 0)),
        r.financing_cost, money_);
    result("installed cost, $", "installed_cost+B4-grants", r.installed_cost, money_);
    result("equity, $", "B5-B3", r.equity, money_);
    result("NPV after tax, $",
           fmt::format("NPV(B2,{})+{}", range("project_return_aftertax", 1, n_), on_flow("project_return_aftertax", 0)),
           r.npv, money_);
    result("IRR after tax", fmt::format("IRR({})", range("project_return_aftertax", 0, n_)),
           std::isfinite(r.irr) ? r.irr : 0, percent_);
    result(("levelised cost, nominal, $/" + unit_).c_str(),
           fmt::format("-(NPV(B2,{0})+{1})/NPV(B2,{2})", range("annual_costs", 1, n_), on_flow("annual_costs", 0),
                       range("energy_sales", 1, n_)),
           r.levelised_cost_nominal, price_);
    result(("levelised cost, real, $/" + unit_).c_str(),
           fmt::format("-(NPV(B2,{0})+{1})/NPV(real_discount,{2})", range("annual_costs", 1, n_),
                       on_flow("annual_costs", 0), range("energy_sales", 1, n_)),
           r.levelised_cost_real, price_);
  }

  const SingleOwner& project_;
  bool with_results_;
  std::string unit_;
  std::size_t n_;
  SingleOwnerWorkspace room_;
  SingleOwnerResult result_;
  lxw_workbook* book_ = nullptr;
  lxw_worksheet *inputs_ = nullptr, *flow_ = nullptr, *results_ = nullptr;
  lxw_format *money_ = nullptr, *plain_ = nullptr, *price_ = nullptr, *percent_ = nullptr, *bold_ = nullptr;
  std::uint32_t input_row_ = 0, result_row_ = 0;
  std::map<std::string, std::uint32_t> rows_;
};

/// The library keeps sheets in unnamed files of the temporary folder and says nothing where one is cut short.
void check_room_for_sheets() {
  constexpr std::uint64_t enough = 16u << 20;  // a hundred years of every line take a tenth
  std::error_code failed;
  const std::string folder = std::filesystem::temp_directory_path(failed).string();
  const std::filesystem::space_info space = std::filesystem::space(folder, failed);
  rlimit limit{};
  if (failed || space.available < enough)
    throw Error({}, "--xlsx", "there is no room for a workbook's sheets in " + in_quotes(folder),
                "name a folder with 16 MiB free by TMPDIR");
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < enough)
    throw Error({}, "--xlsx", "files may not become as large as a workbook's sheets", "raise the limit (ulimit -f)");
}

}  // namespace

std::string cash_flow_workbook(const SingleOwner& project, bool with_results, const std::string& unit) {
  // libxlsxwriter writes to a file alone: one in memory, which no signal and no full disk leaves behind.
  const int file = memfd_create("orrery-workbook", MFD_CLOEXEC);
  if (file < 0) throw Error({}, "--xlsx", "the workbook cannot be made", "free some memory");
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  try {
    check_room_for_sheets();
    Workbook workbook(project, path, with_results, unit);
    workbook.write();
    if (const lxw_error error = workbook.close(); error != LXW_NO_ERROR)
      throw Error({}, "--xlsx", std::string("the workbook cannot be written: ") + lxw_strerror(error),
                  "free some memory");
    std::string bytes = read_file(path);
    close(file);
    return bytes;
  } catch (...) {
    close(file);
    throw;
  }
}

}  // namespace orrery::report
