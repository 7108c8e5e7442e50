// [funding]: the ledger that says what pays for a programme, and which of its commitments pays for which parts.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "programme/funding.h"
#include "programme/read.h"
#include "scenario/check.h"
#include "scenario/values.h"

namespace orrery::programme {
namespace {

const scenario::Form& ledger_form() {
  static const scenario::Form form = [] {
    scenario::Form f{"ledger",
                     "a ledger of commitments",
                     "who has promised what, and what pays for it",
                     {"commitment"},
                     {{"",
                       "A ledger.",
                       {},
                       {"commitment", "claim", "ledger", "cash", "raised", "power", "realised", "currencies"}}}};
    add_ledger_sections(f.sections);
    return f;
  }();
  return form;
}

/// The ledger of a file; what of it is uncertain becomes inputs of the plan.
void read_ledger_of(Reader& reader, const View& view, Funding& f) {
  const scenario::Scenario file =
      scenario::read_scenario(shipped_or_own(reader, view, "ledger"), {}, std::array{&ledger_form()});
  Reader own(file, reader.catalog());
  f.ledger = read_ledger(own, own.root());
  for (Setting& setting : own.settings) {
    if (setting.origin == Origin::rule) continue;
    setting.path = view.key_path("ledger") + "." + setting.path;
    reader.settings.push_back(std::move(setting));
  }
}

/// The payer's commitments as items.
void make_items(Funding& f) {
  f.owed = money::obligations(f.ledger.book, f.ledger.payer, f.ledger.date);
  for (std::size_t r = 0; r < f.owed.size(); ++r) {
    const money::Commitment& row = f.owed[r].row;
    auto item = std::find_if(f.items.begin(), f.items.end(), [&](const FundedItem& i) { return i.name == row.id; });
    if (item == f.items.end()) {
      item = f.items.insert(f.items.end(), FundedItem());
      item->name = row.id;
    }
    item->rows.push_back(r);
    // The last row said stands.
    item->payee = row.payee, item->what = row.what, item->state = row.state, item->power = row.power;
    item->bought = row.life_months > 0;
  }
}

/// What comes true of commitments that no part stands for, and the own cash, as inputs.
void name_inputs(Reader& reader, Funding& f) {
  f.share_of.assign(f.owed.size(), -1);
  for (const FundedItem& item : f.items) {
    if (item.paid_by_parts) continue;
    for (const std::size_t r : item.rows) {
      const money::Obligation& owed = f.owed[r];
      const Distribution& share = f.ledger.realised[static_cast<std::size_t>(owed.row.state)];
      const bool open =
          owed.stands ? owed.row.state != money::State::cancelled : owed.due.total() > owed.total_by_then();
      if (!open) continue;
      f.share_of[r] = static_cast<int>(reader.inputs.size());
      reader.inputs.push_back({"funding." + owed.row.id + (owed.stands ? "" : " of " + owed.row.said.text()), share,
                               dimension::none,
                               "commitments as firm as a " + std::string(money::state_name(owed.row.state))});
    }
  }
  f.own_cash = static_cast<int>(reader.inputs.size());
  reader.inputs.push_back({"funding.own_cash", f.ledger.cash_factor, dimension::none});
}

/// The company that pays: the ledger's payer by its name, or the one that is said.
void find_payer(Reader& reader, const Plan& plan, const View& view, Funding& f) {
  std::vector<std::string> names;
  for (const Company& c : plan.companies) names.push_back(c.name);
  scenario::needs(view, {"payer"}, !names.empty(), "companies", "add [company.lab], or leave it out");
  if (names.empty()) return;
  const std::string name = reader.text(view, "payer", folded(f.ledger.payer), "the ledger's payer");
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const std::string& n) { return folded(n) == folded(name); });
  if (found == names.end())
    throw Error(view.place("payer"), view.key_path("payer"), in_quotes(name) + " is no company of this scenario",
                suggest(name, names, fmt::format("name one of {}", fmt::join(names, ", "))));
  f.payer = static_cast<int>(found - names.begin());
}

/// Writes into the days of a part that they wait for an item's money: those that come after the ledger's day, before
/// which what was begun was paid, and hang on none.
class Tie {
 public:
  Tie(Plan& plan, Funding& f, std::size_t item) : plan_(plan), f_(f), item_(item) {}

  /// False where there is no such part.
  bool part(const std::string& name) {
    for (std::size_t s = 0; s < plan_.sites.size(); ++s)
      if (name == "site." + plan_.sites[s].name) return site(s), true;
    for (std::size_t o = 0; o < plan_.orders.size(); ++o)
      if (name == "order." + plan_.orders[o].name) return order(o), true;
    for (std::size_t r = 0; r < plan_.rentals.size(); ++r)
      if (name == "rental." + plan_.rentals[r].name) return rental(r), true;
    for (std::size_t c = 0; c < plan_.contracts.size(); ++c)
      if (name == "contract." + plan_.contracts[c].name) return contract(c), true;
    return false;
  }
  /// The item that a part was tied to before; -1: none.
  int before = -1;

 private:
  void wait(Day& day) {
    if (!day.hangs() && day.date > f_.ledger.date && day.date >= plan_.start) day.item = static_cast<int>(item_);
  }
  void cause(int c) {
    int& of = f_.item_of[static_cast<std::size_t>(c)];
    if (of >= 0) before = of;
    of = static_cast<int>(item_);
    if (f_.payer < 0 || plan_.owners[static_cast<std::size_t>(c)] == f_.payer) f_.items[item_].paid_by_parts = true;
  }
  void order(std::size_t o) {
    Order& of = plan_.orders[o];
    for (const int c : {of.cause, of.server_cause, of.network_cause}) cause(c);
    wait(of.ordered);
    f_.items[item_].orders.push_back(o);
  }
  void rental(std::size_t r) {
    cause(plan_.rentals[r].cause);
    wait(plan_.rentals[r].from);
    f_.items[item_].rentals.push_back(r);
  }
  void site(std::size_t s) {
    Site& of = plan_.sites[s];
    cause(of.cause), cause(of.repair_cause);
    for (Building& b : of.buildings) cause(b.cause), wait(b.start), wait(b.date);
    for (PowerBlock& b : of.power) cause(b.cause), wait(b.ordered);
    for (CoolingBlock& b : of.cooling) cause(b.cause), wait(b.ordered);
    f_.items[item_].sites.push_back(s);
    for (std::size_t o = 0; o < plan_.orders.size(); ++o)
      if (plan_.orders[o].site == static_cast<int>(s)) order(o);
  }
  void contract(std::size_t c) {
    Contract& of = plan_.contracts[c];
    for (std::size_t i = 0; i < f_.items.size(); ++i)
      if (std::find(f_.items[i].contracts.begin(), f_.items[i].contracts.end(), c) != f_.items[i].contracts.end())
        before = static_cast<int>(i);
    wait(of.from), wait(of.until);
    if (of.exits) wait(of.exit);
    if (of.payer == f_.payer) f_.items[item_].paid_by_parts = true;
    f_.items[item_].contracts.push_back(c);
  }

  Plan& plan_;
  Funding& f_;
  std::size_t item_;
};

std::vector<std::string> names_of_parts(const Plan& plan) {
  std::vector<std::string> out;
  for (const Site& s : plan.sites) out.push_back("site." + s.name);
  for (const Order& o : plan.orders) out.push_back("order." + o.name);
  for (const Rental& r : plan.rentals) out.push_back("rental." + r.name);
  for (const Contract& c : plan.contracts) out.push_back("contract." + c.name);
  return out;
}

void tie_parts(Reader& reader, Plan& plan, const View& view, Funding& f) {
  const View pays = view.below("pays_for");
  if (!pays.table) return;
  std::vector<std::string> ids;
  for (const FundedItem& item : f.items) ids.push_back(item.name);
  const std::vector<std::string> parts = names_of_parts(plan);
  for (const auto& [id, node] : pays.table->members) {
    if (scenario::says_origin(id)) continue;
    const auto found = std::find(ids.begin(), ids.end(), id);
    if (found == ids.end())
      throw Error(node.place, pays.key_path(id), in_quotes(id) + " is no commitment of " + f.ledger.payer + "'s",
                  suggest(id, ids, fmt::format("name one of {}", fmt::join(ids, ", "))));
    FundedItem& item = f.items[static_cast<std::size_t>(found - ids.begin())];
    item.parts = reader.texts(pays, id);
    for (const std::string& part : item.parts) {
      Tie tie(plan, f, static_cast<std::size_t>(found - ids.begin()));
      if (!tie.part(part))
        throw Error(node.place, pays.key_path(id), in_quotes(part) + " is no part of this scenario that is paid for",
                    suggest(part, parts, "name a site, an order, a rental or a contract"));
      if (tie.before >= 0)
        throw Error(node.place, pays.key_path(id),
                    in_quotes(part) + " is paid for by " + in_quotes(ids[static_cast<std::size_t>(tie.before)]) +
                        (tie.before == found - ids.begin() ? " already" : " too"),
                    "let one commitment pay for it, once");
    }
  }
}

}  // namespace

void read_funding(Reader& reader, Plan& plan, const View& root) {
  const View view = root.below("funding");
  if (!view.table) return;
  reader.must_give(view, "ledger", "\"openai-commitments.toml\"");
  reader.text(view, "ledger");
  auto f = std::make_shared<Funding>();
  read_ledger_of(reader, view, *f);
  f->limits = reader.boolean(view, "limits", true, "what is not financed waits");
  f->cover = scenario::months_of(reader, view, "cover", 24, "assumed");
  find_payer(reader, plan, view, *f);
  make_items(*f);
  f->item_of.assign(plan.causes.size(), -1);
  tie_parts(reader, plan, view, *f);
  name_inputs(reader, *f);
  // From the first payment or money on, so that what is left over before the plan's start counts.
  f->first = month_start(plan.start);
  for (const money::Obligation& o : f->owed) f->first = std::min(f->first, month_start(o.due.start));
  for (const auto* amounts : {&f->ledger.cash.own_cash, &f->ledger.cash.raised})
    if (!amounts->empty()) f->first = std::min(f->first, make_date(amounts->begin()->first, 1, 1));
  f->before = static_cast<std::size_t>(months_between(f->first, plan.start));
  plan.funding = std::move(f);
}

}  // namespace orrery::programme
