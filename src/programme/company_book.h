// What the forecast says of one company: its money by month and what is left for its owners. How it comes about:
// programme/books.h.
#pragma once
#include <optional>
#include <vector>

namespace orrery::programme {

/// One company's money by month, $: receipts positive. Index of a party: a company's, or the number of companies for
/// the world outside.
struct CompanyBook {
  std::vector<std::vector<double>> by_line;      ///< [line of the ledger][month]
  std::vector<double> sales;                     ///< what other companies pay for what the ledger has them buy
  std::vector<std::vector<double>> by_contract;  ///< [contract][month]; empty where it is not a party
  std::vector<std::vector<double>> with;         ///< [party][month]
  std::vector<double> worth;                     ///< of compute that it uses itself, beside its cash
  double it_fetches = 1;         ///< what is left of accelerators, servers and network, over straight lines
  double residual = 0;           ///< $ that its capital keeps at the end, in straight lines
  double net_present_value = 0;  ///< of cash, worth and residual before tax and debt, at the programme's rate

  double cash(std::size_t month) const;
  double capital(std::size_t month) const;   ///< spent, positive
  double receipts(std::size_t month) const;  ///< of lines and contracts that bring money in the month
  double running(std::size_t month) const;   ///< all else that is paid, positive
};

/// What a company's owners get, after debt and tax.
struct CompanyReturns {
  double net_present_value = 0;  ///< $ at the programme's start, at the company's discount rate
  double irr = 0;                ///< a year; -1 where nothing comes back
  double debt = 0, equity = 0;   ///< $ at service
  double coverage = 0;           ///< least of all years; infinite without debt
  double tax = 0;                ///< $ over its years
};

/// One company in a forecast.
struct CompanyForecast {
  CompanyBook book;
  std::optional<CompanyReturns> returns = {};  ///< nothing where it never earns, or for less than a year
};

}  // namespace orrery::programme
