#include "programme/ownership.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "programme/books.h"

namespace orrery::programme {

namespace {

using Kind = Contract::Kind;
using scenario::View;

const std::string& name_of(const Plan& plan, int company) {
  return plan.companies[static_cast<std::size_t>(company)].name;
}

bool stands_for(const std::string& whole, const std::string& part) {
  return part == whole || part.starts_with(whole + '.');
}

bool is_let(Kind kind) {
  return kind == Kind::server_lease || kind == Kind::capacity;
}

/// What a contract is of, taken apart: a site's orders, buildings or blocks, by what its kind is about.
std::vector<std::string> parts_of(const Plan& plan, const Contract& c) {
  const Part& part = c.part;
  std::vector<std::string> out;
  if (part.site >= 0 && part.order < 0 && part.building < 0 && part.power < 0) {
    const Site& site = plan.sites[static_cast<std::size_t>(part.site)];
    if (is_let(c.kind))
      for (const Order& o : plan.orders)
        if (o.site == part.site) out.push_back("order." + o.name);
    if (c.kind == Kind::hall_lease)
      for (const Building& b : site.buildings) out.push_back(c.of + ".building." + b.name);
    if (c.kind == Kind::power_purchase)
      for (const PowerBlock& b : site.power) out.push_back(c.of + ".power." + b.name);
  }
  if (out.empty()) out.push_back(c.of);
  return out;
}

/// True where what a contract is of has the part in it.
bool covers(const Plan& plan, const Contract& c, const std::string& part) {
  if (stands_for(c.of, part)) return true;
  const std::vector<std::string> of = parts_of(plan, c);
  return std::any_of(of.begin(), of.end(), [&](const std::string& p) { return stands_for(p, part); });
}

bool counts(const Contract& c) {
  return c.state != money::State::cancelled && is_rent(c.kind) && !c.of.empty();
}

/// How far each company is from the owner of a part by the contracts that let it; -1 where it does not have it.
std::vector<int> steps_from_owner(const Plan& plan, const std::string& part) {
  std::vector<int> steps(plan.companies.size(), -1);
  steps[static_cast<std::size_t>(owner_of(plan, part))] = 0;
  for (bool grows = true; grows;) {
    grows = false;
    for (const Contract& c : plan.contracts) {
      if (!counts(c) || !covers(plan, c, part)) continue;
      const int from = steps[static_cast<std::size_t>(c.payee)];
      int& to = steps[static_cast<std::size_t>(c.payer)];
      if (from >= 0 && to < 0) to = from + 1, grows = true;
    }
  }
  return steps;
}

/// False where days that are known keep two contracts apart.
bool at_once(const Contract& a, const Contract& b) {
  const auto ends_before = [](const Contract& one, const Contract& other) {
    if (other.from.hangs()) return false;
    const bool left =
        one.exits && !one.exit.hangs() && one.exit.date + static_cast<int>(in_days(one.notice)) <= other.from.date;
    return left || (!one.until.hangs() && one.until.date + static_cast<int>(in_days(one.option)) < other.from.date);
  };
  return !ends_before(a, b) && !ends_before(b, a);
}

/// Rent goes to who owns the part, or has it by a contract, and does not come from its owner.
void check_parties(const Plan& plan, const Contract& c, const View& view) {
  if (!counts(c)) return;
  for (const std::string& part : parts_of(plan, c)) {
    const int owner = owner_of(plan, part);
    if (owner == c.payer)
      throw Error(view.place("payer"), view.key_path("payer"),
                  fmt::format("{} owns {} and would rent what is its own", name_of(plan, owner), in_quotes(part)),
                  "name who uses it");
    if (steps_from_owner(plan, part)[static_cast<std::size_t>(c.payee)] < 0)
      throw Error(view.place("of"), view.key_path("of"),
                  fmt::format("{} is owned by {}, not by {} which is paid for it", in_quotes(part),
                              name_of(plan, owner), name_of(plan, c.payee)),
                  "let the payee own it, or pay its owner");
  }
}

/// A sale or a loan is of what one of its two parties owns; a guarantee is given to the owner, or to who lends to it.
void check_others(const Plan& plan, const Contract& c, const View& view) {
  if (is_rent(c.kind) || c.of.empty()) return;
  const int owner = owner_of(plan, c.of);
  if (owner == c.payee) return;
  const bool lends = std::any_of(plan.contracts.begin(), plan.contracts.end(), [&](const Contract& other) {
    return other.kind == Kind::loan && other.payer == c.payee && other.payee == owner;
  });
  if (c.kind == Kind::residual_guarantee ? lends : owner == c.payer) return;
  throw Error(
      view.place("of"), view.key_path("of"),
      fmt::format("{} is owned by {}, {}", in_quotes(c.of), name_of(plan, owner),
                  c.kind == Kind::residual_guarantee ? "to whom nothing is guaranteed" : "which is neither party"),
      c.kind == Kind::residual_guarantee ? "let its owner be the payee, or who lends to it"
                                         : "name the company that owns it, or another part");
}

/// The same use is not let to two at once by the same measure.
void check_let_once(const Plan& plan, std::size_t index, const View& view) {
  const Contract& c = plan.contracts[index];
  const auto measures = [](const Contract& k) {
    const auto asked = [](const auto& price) { return price.input >= 0 || price.median.value() > 0; };
    return std::array{asked(k.price_per_chip), asked(k.price_per_power), asked(k.price_per_energy)};
  };
  for (std::size_t k = 0; k < index; ++k) {
    const Contract& other = plan.contracts[k];
    const bool same_use = c.kind == other.kind || (is_let(c.kind) && is_let(other.kind));
    if (!same_use || c.payee != other.payee || !counts(c) || !counts(other) || !is_paid(c.state) ||
        !is_paid(other.state) || !at_once(c, other))
      continue;
    if (!covers(plan, c, other.of) && !covers(plan, other, c.of)) continue;
    for (std::size_t m = 0; m < measures(c).size(); ++m)
      if (measures(c)[m] && measures(other)[m])
        throw Error(view.place("of"), view.key_path("of"),
                    fmt::format("{} is let by contract.{} at the same time", in_quotes(c.of), other.name),
                    "let one of them end before, or be of another part");
  }
}

/// No company may, by way of others, guarantee its own guarantee, lend to itself or hold itself.
void check_circle(const Plan& plan, std::size_t index, const View& view) {
  const Contract& c = plan.contracts[index];
  const char* what = c.kind == Kind::residual_guarantee ? "guarantees: {} is, by way of others, guaranteed by itself"
                     : c.kind == Kind::loan             ? "loans: {} lends, by way of others, to itself"
                     : c.kind == Kind::warrant          ? "warrants: {} is, by way of others, owned by itself"
                                                        : nullptr;
  if (what == nullptr || c.state == money::State::cancelled) return;
  std::set<int> reached = {c.payee};
  for (bool grows = true; grows;) {
    grows = false;
    for (const Contract& other : plan.contracts)
      if (other.kind == c.kind && other.state != money::State::cancelled && reached.contains(other.payer) &&
          (c.kind == Kind::warrant || at_once(c, other)))
        grows |= reached.insert(other.payee).second;
  }
  if (reached.contains(c.payer))
    throw Error(view.place(), view.path,
                "is one of a circle of " + fmt::format(fmt::runtime(what), name_of(plan, c.payer)),
                "take one of them out");
}

}  // namespace

int owner_of(const Plan& plan, const std::string& part) {
  int owner = 0;
  std::size_t longest = 0;
  for (std::size_t c = 0; c < plan.companies.size(); ++c)
    for (const std::string& owned : plan.companies[c].owns)
      if (stands_for(owned, part) && owned.size() > longest) longest = owned.size(), owner = static_cast<int>(c);
  return owner;
}

bool is_rent(Kind kind) {
  return kind == Kind::ground_lease || kind == Kind::power_purchase || kind == Kind::hall_lease || is_let(kind);
}

std::vector<std::size_t> lets_of(const Plan& plan, std::size_t order) {
  const std::string part = "order." + plan.orders[order].name;
  std::vector<std::size_t> out;
  for (std::size_t k = 0; k < plan.contracts.size(); ++k)
    if (is_let(plan.contracts[k].kind) && !plan.contracts[k].of.empty() && covers(plan, plan.contracts[k], part))
      out.push_back(k);
  if (out.size() < 2) return out;
  const std::vector<int> steps = steps_from_owner(plan, part);
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
    return steps[static_cast<std::size_t>(plan.contracts[a].payee)] <
           steps[static_cast<std::size_t>(plan.contracts[b].payee)];
  });
  return out;
}

void check_contracts(const Plan& plan, const View& root) {
  const auto views = root.group("contract");
  for (std::size_t i = 0; i < plan.contracts.size(); ++i) {
    const View& view = views[i].second;
    check_parties(plan, plan.contracts[i], view);
    check_others(plan, plan.contracts[i], view);
    check_let_once(plan, i, view);
    check_circle(plan, i, view);
  }
}

}  // namespace orrery::programme
