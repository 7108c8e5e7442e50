#include "study/lever_candidates.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace orrery::study {
namespace {

constexpr double day = 86400, week = 7 * day;

/// The key that a value is set by; a value in parts, such as a speed by accelerator, is set as one.
const scenario::Key* key_of(const scenario::Form& form, std::string& path) {
  if (const scenario::Key* key = scenario::find_key(form, path)) return key;
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos) return nullptr;
  path.resize(dot);
  return scenario::find_key(form, path);
}

Candidate candidate_of(const scenario::Key& key, const std::string& path, std::optional<double> amount) {
  using scenario::KeyType;
  Candidate c{path, {}, {}, key.dimension.money != 0, key.lever == scenario::Lever::block, amount.value_or(0)};
  const bool date = key.type == KeyType::date || key.type == KeyType::date_or_event;
  if (date || (key.dimension == dimension::time && amount && *amount >= day)) {
    c.steps = {{"less 7 days", date ? "a week earlier" : "a week less"}};
    if (date || *amount > week) c.twice = {{"less 14 days", date ? "two weeks earlier" : "two weeks less"}};
    return c;
  }
  if (key.type != KeyType::amount || !amount || !std::isfinite(*amount) || *amount == 0) return c;
  if (key.lever == scenario::Lever::less) {
    c.steps = {{"x0.9", "a tenth less"}}, c.twice = {{"x0.8", "a fifth less"}};
    return c;
  }
  c.steps = {{"x1.1", "a tenth more"}, {"x0.9", "a tenth less"}};
  c.twice = {{"x1.2", "a fifth more"}, {"x0.8", "a fifth less"}};
  if (key.lever == scenario::Lever::block)
    c.steps.push_back({"x2", "one more like it"}), c.twice.push_back({"x3", "two more like it"});
  return c;
}

/// "order.*.price" of "order.first.price": what like parts have in common.
std::string kind_of_input(const std::string& path) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t part = 0;; ++part) {
    const std::size_t dot = path.find('.', from);
    if (dot == std::string::npos) return out + path.substr(from);
    out += part % 2 == 1 ? "*." : path.substr(from, dot + 1 - from);
    from = dot + 1;
  }
}

}  // namespace

std::vector<Candidate> candidates_of(const Study& study, const scenario::Form& form) {
  std::vector<Candidate> out;
  std::set<std::string> seen;
  for (const scenario::Setting& setting : study.settings) {
    if (setting.is_name) continue;
    std::string path = setting.path;
    const scenario::Key* key = key_of(form, path);
    if (!key || key->lever == scenario::Lever::none) continue;
    if (seen.contains(path)) continue;
    const std::optional<double> amount = path == setting.path ? setting.amount : std::optional(1.0);
    const bool date = key->type == scenario::KeyType::date || key->type == scenario::KeyType::date_or_event;
    if (date && setting.origin == scenario::Origin::rule) continue;
    Candidate c = candidate_of(*key, path, amount);
    if (c.steps.empty()) continue;
    seen.insert(path);
    out.push_back(std::move(c));
  }
  return out;
}

std::size_t nodes_of(const Node& node) {
  std::size_t out = 1;
  for (const auto& [key, member] : node.members) out += nodes_of(member);
  for (const Node& item : node.items) out += nodes_of(item);
  return out;
}

std::vector<Candidate> largest(std::vector<Candidate> all, std::size_t most) {
  if (all.size() <= most) return all;
  const auto part_of = [](const Candidate& c) { return c.key.substr(0, c.key.rfind('.')); };
  std::map<std::string, double> sizes;
  for (const Candidate& c : all)
    if (c.block) sizes[part_of(c)] = std::max(sizes[part_of(c)], c.amount);
  std::map<std::string, std::vector<std::pair<double, std::size_t>>> like;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto size = sizes.find(part_of(all[i]));
    like[kind_of_input(all[i].key)].emplace_back(-(size == sizes.end() ? all[i].amount : size->second), i);
  }
  std::vector<std::pair<std::size_t, std::size_t>> ranked;
  for (auto& [kind, inputs] : like) {
    std::sort(inputs.begin(), inputs.end());
    for (std::size_t rank = 0; rank < inputs.size(); ++rank) ranked.emplace_back(rank, inputs[rank].second);
  }
  std::sort(ranked.begin(), ranked.end());
  ranked.resize(most);
  std::vector<std::size_t> kept;
  for (const auto& [rank, i] : ranked) kept.push_back(i);
  std::sort(kept.begin(), kept.end());
  std::vector<Candidate> out;
  for (const std::size_t i : kept) out.push_back(std::move(all[i]));
  return out;
}

}  // namespace orrery::study
