#include "programme/ledger_file.h"

#include <algorithm>

#include "catalog/bounds.h"
#include "scenario/check.h"
#include "scenario/values.h"

namespace orrery::programme {
namespace {

using namespace scenario;
namespace d = dimension;
using bounds::longest, bounds::year;

Key time(std::string_view name, std::string_view meaning, std::string_view otherwise) {
  return certain(amount(name, d::time, meaning, otherwise, 0, longest));
}
Key share(std::string_view name, std::string_view meaning, std::string_view otherwise, double low = 0) {
  return certain(amount(name, d::none, meaning, otherwise, low, 1));
}
Key change(std::string_view name, std::string_view meaning, std::string_view otherwise) {
  return certain(amount(name, d::frequency, meaning, otherwise, -0.99 / year, 10 / year));
}
Key sum(std::string_view name, Dimension dimension, std::string_view meaning, std::string_view otherwise) {
  return certain(amount(name, dimension, meaning, otherwise));
}

/// A value that is drawn for each commitment or year by itself, and so is no input of its own.
Distribution distribution_of(Reader& reader, const View& view, std::string_view key, double otherwise) {
  const UncertainNumber value = reader.number(view, key, from_rule(otherwise, "as announced"));
  if (value.input < 0) return Distribution::constant(value.median);
  const Distribution drawn = reader.inputs.back().distribution;
  reader.inputs.pop_back();
  return drawn;
}

money::CommitmentBook read_commitments(Reader& reader, const View& root) {
  std::map<std::string, double> dollars_for_one;
  const View currencies = root.below("currencies");
  if (currencies.table)
    for (const auto& [name, node] : currencies.table->members)
      if (!says_origin(name)) dollars_for_one[name] = amount_of<Money>(reader, currencies, name).value();
  money::CommitmentBook book;
  for (const auto& [name, in] : root.group("commitment")) {
    money::Commitment row;
    row.place = in.place();
    row.id = reader.text(in, "id");
    row.payer = reader.text(in, "payer");
    row.payee = reader.text(in, "payee");
    row.what = in.gives("what") ? reader.text(in, "what") : "";
    const std::string state = reader.text(in, "state");
    row.state = at(in.place("state"), in.key_path("state"), [&] { return money::parse_state(state); });
    row.said = reader.date(in, "said");
    row.start = reader.date(in, "start");
    row.end = reader.date(in, "end");
    reader.must_give(in, "amount", "\"$1B\"");
    // With a currency the amount is a plain number of its units.
    if (in.gives("currency")) {
      const double amount = reader.constant_of(in, "amount", d::none);
      const std::string currency = reader.text(in, "currency");
      at_section(in, in.path, [&] { row.amount = money::in_dollars(amount, currency, dollars_for_one); });
    } else {
      row.amount = amount_of<Money>(reader, in, "amount");
    }
    row.power = amount_of<Power>(reader, in, "power", 0);
    row.chips = amount_of<Chips>(reader, in, "chips", 0);
    row.lot = in.gives("lot") ? reader.text(in, "lot") : "";
    row.take_share = share_of(reader, in, "take_or_pay", 1, "all of it");
    row.financed = amount_of<Money>(reader, in, "financed", 0);
    row.ramp_months = months_of(reader, in, "ramp", 0);
    row.notice_months = in.gives("notice") ? months_of(reader, in, "notice") : 0;
    row.life_months = in.gives("life") ? months_of(reader, in, "life") : 0;
    row.source = in.gives("source") ? bare(*in.find("source")).text : "";
    at_section(in, in.path, [&] { book.add(std::move(row)); });
  }
  return book;
}

}  // namespace

void add_ledger_sections(std::vector<Section>& sections) {
  std::vector<Key> realised;
  for (std::size_t i = 0; i < money::states; ++i) {
    const std::string_view state = money::state_name(static_cast<money::State>(i));
    realised.push_back(
        amount(state, d::none, "share of such commitments that comes true", state == "cancelled" ? "0" : "1", 0, 1));
  }
  for (Section& section : std::vector<Section>{
           {"commitment.*",
            "Who has promised what to whom. A later row of the same id takes the place of the earlier from the day "
            "after it was said: what fell due before stays, and is a part of the later row's amount.",
            {text("id", "its name", "must be given"), text("payer", "who pays", "must be given"),
             text("payee", "who is paid", "must be given"), text("what", "what for", "none"),
             text("state", "rumour, letter, signed, binding, financed, energised or cancelled", "must be given"),
             date("said", "day on which it became known", "must be given"),
             date("start", "of payments", "must be given"), date("end", "the day after the last", "must be given"),
             of(KeyType::money_or_number, "amount", "over the whole term; a plain number with currency",
                "must be given"),
             text("currency", "of the amount, one of [currencies]", "dollars"),
             sum("power", d::power, "that it is about", "0"),
             certain(amount("chips", d::chips, "that it is about", "0")),
             text("lot", "the chips it is about, promised once", "none"),
             share("take_or_pay", "paid whatever is used", "1"),
             sum("financed", d::money, "of the amount, raised or covered", "0"),
             time("ramp", "months over which payments rise", "0"),
             time("notice", "months for which the row that this one revises or cancels goes on falling due", "0"),
             time("life", "of chips that are bought: months that each needs power after it is paid",
                  "power from start to end"),
             text("source", "where it is from", "none")},
            {},
            true},
           {"claim.*",
            "Something said of all of a payer's commitments.",
            {text("what", "what was said", "must be given"), date("said", "when", "must be given"),
             certain(amount("amount", d::money, "claimed", "none", 1)),
             certain(amount("power", d::power, "claimed", "none", 1)),
             whole("until", "the last year it speaks of", "all", 1990, 2199),
             text("source", "where it is from", "must be given")},
            {},
            true},
           {"ledger",
            "Whose commitments, seen when, and what pays for them.",
            {text("payer", "one of the payers", "must be given"),
             date("as_of", "rows said later do not count", "must be given"),
             certain(amount("revenue", d::money, "of revenue_year", "none", 1)),
             whole("revenue_year", "a year", "must be given with revenue", 1990, 2199),
             share("compute_share", "of revenue that may go to computing", "must be given with revenue", 1e-3),
             change("price_change", "of what computing sells for", "0"),
             amount("cash_factor", d::none, "multiplies [cash] from the year of as_of on", "1", 0, 1000)}},
           {"cash",
            "What the payer's business brings in.",
            {each(NameForm::year, certain(amount("", d::money, "in that year", "0", -bounds::most_money)))}},
           {"raised",
            "What others put into the payer beside that: equity, loans. cash_factor does not touch it.",
            {each(NameForm::year, certain(amount("", d::money, "in that year", "0")))}},
           {"power",
            "Power that the payer's sites have ready for a year: what is dated its last day is the next year's. A year "
            "after the last has what the last has, since what else comes is not known.",
            {each(NameForm::year, sum("", d::power, "ready", "not held to power before the first"))}},
           {"realised", "What comes true.", realised},
           {"currencies",
            "Dollars for one unit.",
            {each(NameForm::name, certain(amount("", d::money, "dollars", "none", 1e-9, 1e9)))}}})
    sections.push_back(std::move(section));
}

CommitmentLedger read_ledger(Reader& reader, const View& root) {
  CommitmentLedger question;
  question.book = read_commitments(reader, root);
  const View in = root.below("ledger");
  if (!in.table)
    throw Error({reader.file()}, "ledger", "the commitments have no [ledger]", "say whose they are: payer = \"...\"");
  std::vector<std::string> payers;
  for (const money::Commitment& row : question.book.rows()) payers.push_back(row.payer);
  question.payer = reader.text(in, "payer");
  if (std::find(payers.begin(), payers.end(), question.payer) == payers.end())
    throw Error(in.place("payer"), "ledger.payer", "no commitment is paid by " + in_quotes(question.payer),
                suggest(question.payer, payers, "name a payer of the ledger"));
  question.date = reader.date(in, "as_of");
  if (in.gives("revenue")) {
    question.revenue = amount_of<Money>(reader, in, "revenue");
    question.revenue_year = reader.whole(in, "revenue_year");
    question.compute_share = share_of(reader, in, "compute_share");
    question.price_change = rate_of(reader, in, "price_change", 0);
  }
  for (std::size_t i = 0; i < money::states; ++i) {
    const bool cancelled = static_cast<money::State>(i) == money::State::cancelled;
    question.realised[i] = distribution_of(reader, root.below("realised"),
                                           money::state_name(static_cast<money::State>(i)), cancelled ? 0 : 1);
  }
  question.cash_factor = distribution_of(reader, in, "cash_factor", 1);
  auto by_year = [&](const char* section, auto use) {
    const View years = root.below(section);
    if (years.table)
      for (const auto& [name, node] : years.table->members)
        if (!says_origin(name)) use(std::stoi(name), years, name);
  };
  by_year("cash", [&](int of, const View& view, const std::string& key) {
    question.cash.own_cash[of] = amount_of<Money>(reader, view, key);
  });
  by_year("raised", [&](int of, const View& view, const std::string& key) {
    question.cash.raised[of] = amount_of<Money>(reader, view, key);
  });
  by_year("power", [&](int of, const View& view, const std::string& key) {
    question.own_power[of] = amount_of<Power>(reader, view, key);
  });
  for (const auto& [name, row] : root.group("claim")) {
    reader.must_give(row, "source", "\"...\"");
    money::Claim claim{reader.text(row, "what"), bare(*row.find("source")).text, reader.date(row, "said"),
                       amount_of<Money>(reader, row, "amount", 0), amount_of<Power>(reader, row, "power", 0)};
    if (row.gives("until")) claim.until = reader.whole(row, "until");
    if (!(claim.amount > Money(0)) && !(claim.power > Power(0)))
      throw Error(row.place(), row.path, "it claims neither money nor power", "give amount, power or both");
    question.claims.push_back(std::move(claim));
  }
  return question;
}

}  // namespace orrery::programme
