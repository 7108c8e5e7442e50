// The answer of a site programme: the web of its companies, as who pays whom over the forecast, by contract, and where
// that stands in a picture.
#include <algorithm>
#include <map>
#include <tuple>

#include "programme/books.h"
#include "study/programme.h"
#include "study/sankey.h"

namespace orrery::study {
namespace {

using namespace programme;

/// What a party pays another by one contract, or for one kind of thing, over the forecast.
struct Payment {
  std::size_t from = 0, to = 0;  ///< companies, then the world outside that is paid and the one that pays
  std::string what;
  double amount = 0;  ///< $, above 0
};

/// The world outside as who is paid; it pays as the party after it.
std::size_t outside_paid(const Plan& plan) {
  return plan.companies.size();
}
std::size_t outside_paying(const Plan& plan) {
  return plan.companies.size() + 1;
}

std::string name_of(const Plan& plan, std::size_t party) {
  if (party < plan.companies.size()) return plan.companies[party].name;
  return party == outside_paid(plan) ? "outside, paid" : "outside, paying";
}

/// All payments, the largest first. What a contract moves in a month counts by its direction in that month.
std::vector<Payment> payments_of(const ProgrammeResult& r) {
  const Plan& plan = r.plan;
  std::map<std::tuple<std::size_t, std::size_t, std::string>, double> sums;
  for (const money::Entry& e : r.forecast.ledger.entries) {
    const auto owner = static_cast<std::size_t>(plan.owners[static_cast<std::size_t>(e.cause)]);
    const int party = plan.parties[static_cast<std::size_t>(e.cause)];
    const double amount = e.amount.value();
    if (amount == 0) continue;
    const std::string what = money::is_capital(e.line) ? "capital" : amount < 0 ? "running cost" : "receipts";
    if (amount < 0) sums[{owner, party < 0 ? outside_paid(plan) : static_cast<std::size_t>(party), what}] -= amount;
    else sums[{party < 0 ? outside_paying(plan) : static_cast<std::size_t>(party), owner, what}] += amount;
  }
  for (std::size_t k = 0; k < plan.contracts.size(); ++k) {
    const Contract& c = plan.contracts[k];
    const auto payer = static_cast<std::size_t>(c.payer), payee = static_cast<std::size_t>(c.payee);
    for (const double paid : r.forecast.companies[payee].book.by_contract[k]) {
      if (paid > 0) sums[{payer, payee, c.name}] += paid;
      if (paid < 0) sums[{payee, payer, c.name + ", back"}] -= paid;
    }
  }
  std::vector<Payment> out;
  for (const auto& [key, amount] : sums) out.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), amount});
  std::stable_sort(out.begin(), out.end(), [](const Payment& a, const Payment& b) { return a.amount > b.amount; });
  return out;
}

}  // namespace

void add_company_web(Document& document, const ProgrammeResult& r) {
  if (r.plan.companies.empty()) return;
  const std::vector<Payment> payments = payments_of(r);
  const std::size_t parties = r.plan.companies.size() + 2;
  std::vector<SankeyFlow> flows;
  for (const Payment& p : payments) flows.push_back({p.from, p.to, p.amount});
  std::vector<bool> last(parties);
  last[outside_paid(r.plan)] = true;
  const Sankey places = sankey_of(parties, flows, last);

  Table links{"company_payments",
              "",
              {data_column("from"), data_column("to"), data_column("what"), data_column("amount", "USD"),
               data_column("from_at"), data_column("to_at"), data_column("width"), data_column("lane")}};
  std::vector<double> received(parties), paid(parties);
  for (std::size_t k = 0; k < payments.size(); ++k) {
    const Payment& p = payments[k];
    const SankeyBand& band = places.bands[k];
    received[p.to] += p.amount, paid[p.from] += p.amount;
    links.rows.push_back({name_of(r.plan, p.from), name_of(r.plan, p.to), p.what, p.amount, band.from, band.to,
                          band.width, band.back ? Cell(band.lane) : Cell()});
  }
  Table nodes{"company_parties",
              "",
              {data_column("name"), data_column("received", "USD"), data_column("paid", "USD"), data_column("column"),
               data_column("top"), data_column("height")}};
  for (std::size_t p = 0; p < parties; ++p) {
    const SankeyParty& place = places.parties[p];
    if (place.column >= 0)
      nodes.rows.push_back({name_of(r.plan, p), received[p], paid[p], place.column, place.top, place.height});
  }
  document.add(std::move(links));
  document.add(std::move(nodes));
}

Figure company_web_figure(const ProgrammeResult& r) {
  Figure f{
      "company_web",
      std::string("Who pays whom for what, over the forecast") + (r.has_trials ? " (inputs at their medians)" : ""),
      "Companies", "USD", Plot::sankey};
  f.layers = {{Mark::flow, "", "company_payments", "from", "amount", "to", "what"},
              {Mark::party, "", "company_parties", "name", "received"}};
  return f;
}

}  // namespace orrery::study
