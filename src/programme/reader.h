// Reads the sections of a checked scenario into a plan: each value is taken from the scenario, else from the catalog,
// else from a rule, and its origin is written down.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "catalog/catalog.h"
#include "programme/plan.h"

namespace orrery::programme {

/// A section of the scenario: its table (null when the scenario has none) and its dotted path.
struct View {
  const Node* table = nullptr;
  std::string path;

  const Node* find(std::string_view key) const { return table ? table->find(key) : nullptr; }
  /// The named tables below a group of this section, in the order written.
  std::vector<std::pair<std::string, View>> group(std::string_view name) const;
  std::string key_path(std::string_view key) const;
  Place place() const { return table ? table->place : Place{}; }
};

/// What stands for a value that the scenario does not give.
struct Fallback {
  Distribution value;
  Origin origin = Origin::rule;
  std::string place;  ///< the figure's place in the catalog, or the rule in words
  std::optional<catalog::Provenance> provenance;
  std::string note;
};

/// A figure of the catalog as a fallback. Throws Error when its dimension is not the wanted one.
Fallback from_catalog(const catalog::Entry& entry, const catalog::Figure& figure);
/// A rule's constant as a fallback.
Fallback from_rule(double value, std::string rule);

class Reader {
 public:
  Reader(const catalog::Catalog& catalog, Plan& plan) : catalog_(catalog), plan_(plan) {}

  const catalog::Catalog& catalog() const { return catalog_; }
  Plan& plan() { return plan_; }

  /// An amount of type Q. Throws Error when neither the scenario nor a fallback gives it.
  template <class Q>
  Uncertain<Q> amount(const View& view, std::string_view key, const std::optional<Fallback>& fallback) {
    const auto [median, input] = read(view, key, Q::dimension(), fallback);
    return {Q(median), input};
  }
  UncertainNumber number(const View& view, std::string_view key, const std::optional<Fallback>& fallback) {
    const auto [median, input] = read(view, key, dimension::none, fallback);
    return {median, input};
  }
  /// An amount that must be certain.
  template <class Q>
  Q constant(const View& view, std::string_view key, const std::optional<Fallback>& fallback) {
    const Uncertain<Q> value = amount<Q>(view, key, fallback);
    if (value.input >= 0) refuse_distribution(view, key);
    return value.median;
  }
  Date date(const View& view, std::string_view key, Date fallback, std::string rule);
  std::string text(const View& view, std::string_view key, std::string fallback, std::string rule);
  /// Text that must be one of the choices.
  std::string choice(const View& view, std::string_view key, const std::vector<std::string>& choices,
                     std::string fallback, std::string rule);
  bool gives(const View& view, std::string_view key) const { return view.find(key) != nullptr; }

  /// "100000 x h100-sxm" as a number and a catalog entry. Throws Error.
  std::pair<Chips, const catalog::Entry*> chips_of(const View& view);

  /// A note in the settings of a value that a rule made outside of a section's keys.
  void record(std::string path, std::string value, Origin origin, std::string place);

 private:
  const catalog::Catalog& catalog_;
  Plan& plan_;

  std::pair<double, int> read(const View& view, std::string_view key, Dimension dimension,
                              const std::optional<Fallback>& fallback);
  [[noreturn]] void refuse_distribution(const View& view, std::string_view key) const;
  void record_node(const View& view, std::string_view key, const Node& node, std::string value);
};

}  // namespace orrery::programme
