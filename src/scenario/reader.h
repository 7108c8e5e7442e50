// Reads the sections of a checked scenario: each value is taken from the scenario, else from the catalog, else from a
// rule, and its origin is written down.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"
#include "catalog/catalog.h"
#include "scenario/setting.h"
#include "scenario/stack.h"

namespace orrery::scenario {

/// A section of the scenario: its table (null when the scenario has none) and its dotted path.
struct View {
  const Node* table = nullptr;
  std::string path;

  const Node* find(std::string_view key) const { return table ? table->find(key) : nullptr; }
  bool gives(std::string_view key) const { return find(key) != nullptr; }
  /// Gives a value of its own, not a change of what would stand there otherwise.
  bool states(std::string_view key) const;
  /// The section of a name directly below, given or not.
  View below(std::string_view name) const { return {find(name), key_path(name)}; }
  /// The named tables or the rows below a group of this section, in the order written; rows are named "[0]", "[1]", ...
  std::vector<std::pair<std::string, View>> group(std::string_view name) const;
  std::string key_path(std::string_view key) const;
  Place place() const { return table ? table->place : Place{}; }
  /// Where a key is written, else the section.
  Place place(std::string_view key) const;
};

/// What stands for a value that the scenario does not give.
struct Fallback {
  Distribution value;
  Origin origin = Origin::rule;
  std::string place;  ///< the figure's place in the catalog, or the rule in words
  std::optional<catalog::Provenance> provenance;
  std::string note;
  std::string drawn_as = {};  ///< see Input
};

/// A figure of the catalog as a fallback.
Fallback from_catalog(const catalog::Entry& entry, const catalog::Figure& figure);
/// The amount of an entry under a key as a fallback, or nothing when the entry does not have it.
std::optional<Fallback> maybe(const catalog::Entry& entry, std::string_view key);
/// A rule's constant as a fallback.
Fallback from_rule(double value, std::string rule);

class Reader {
 public:
  Reader(const Scenario& scenario, const catalog::Catalog& catalog) : scenario_(scenario), catalog_(catalog) {}

  const catalog::Catalog& catalog() const { return catalog_; }
  const std::string& file() const { return scenario_.file; }
  View root() const { return {&scenario_.root, ""}; }

  /// What was read so far: every value with its origin, and the uncertain ones.
  std::vector<Setting> settings;
  std::vector<Input> inputs;

  /// An amount of type Q. Throws Error when neither the scenario nor a fallback gives it.
  template <class Q>
  Uncertain<Q> amount(const View& view, std::string_view key, const std::optional<Fallback>& fallback = std::nullopt) {
    const auto [median, input] = read(view, key, Q::dimension(), fallback);
    return {Q(median), input};
  }
  UncertainNumber number(const View& view, std::string_view key,
                         const std::optional<Fallback>& fallback = std::nullopt) {
    const auto [median, input] = read(view, key, dimension::none, fallback);
    return {median, input};
  }
  /// An amount of the dimension of its key, in base units.
  UncertainNumber value(const View& view, std::string_view key, const std::optional<Fallback>& fallback = std::nullopt);
  /// An amount that must be certain.
  template <class Q>
  Q constant(const View& view, std::string_view key, const std::optional<Fallback>& fallback = std::nullopt) {
    const Uncertain<Q> value = amount<Q>(view, key, fallback);
    if (value.input >= 0) refuse_distribution(view, key);
    return value.median;
  }
  double constant_number(const View& view, std::string_view key,
                         const std::optional<Fallback>& fallback = std::nullopt);
  /// A certain amount of this dimension, in base units, where the key's own does not say it.
  double constant_of(const View& view, std::string_view key, Dimension dimension,
                     const std::optional<Fallback>& fallback = std::nullopt);
  /// A whole number. Throws Error when neither the scenario nor a fallback gives it.
  int whole(const View& view, std::string_view key, std::optional<int> fallback = std::nullopt, std::string rule = "");
  bool boolean(const View& view, std::string_view key, bool fallback, std::string rule);
  /// Throws Error when it is not given.
  Date date(const View& view, std::string_view key);
  Date date(const View& view, std::string_view key, Date fallback, std::string rule);
  /// What a day that hangs on an event (see hangs) names, without "when".
  std::string event(const View& view, std::string_view key);
  /// Throws Error when it is not given.
  std::string text(const View& view, std::string_view key);
  std::string text(const View& view, std::string_view key, std::string fallback, std::string rule);
  /// A list of texts; empty when it is not given.
  std::vector<std::string> texts(const View& view, std::string_view key);
  /// Text that must be one of the choices; without a fallback it must be given.
  std::string choice(const View& view, std::string_view key, const std::vector<std::string>& choices,
                     const std::optional<std::string>& fallback, std::string rule);
  /// The entry of a kind that a key names, else the fallback's. Throws Error with the nearest names.
  const catalog::Entry& entry(const View& view, std::string_view key, std::string_view kind, std::string fallback,
                              std::string rule);

  /// "100000 x h100-sxm" as a number and a catalog entry. Throws Error.
  std::pair<Chips, const catalog::Entry*> chips_of(const View& view, std::string_view key = "chips");

  /// Throws Error where a section lacks a key that it needs; example is what one would write.
  void must_give(const View& view, std::string_view key, std::string_view example) const;

  /// A note in the settings of a value that a rule made outside of a section's keys.
  void record(std::string path, std::string value, Origin origin, std::string place);

 private:
  const Scenario& scenario_;
  const catalog::Catalog& catalog_;

  std::pair<double, int> read(const View& view, std::string_view key, Dimension dimension,
                              const std::optional<Fallback>& fallback);
  [[noreturn]] void refuse_distribution(const View& view, std::string_view key) const;
  [[noreturn]] void missing(const View& view, std::string_view key, std::string_view example) const;
  void record_node(const View& view, std::string_view key, const Node& node, std::string value);
};

/// Throws Error where a section gives one of these keys and what they are about is not there: "says nothing without
/// what; remedy".
void needs(const View& view, std::initializer_list<const char*> keys, bool there, const char* what, const char* remedy);

/// The path that a text names, which starts where its file stands; one typed on the command line as it is.
std::string path_of(const Node& text);

/// Text such as "100000 x h100-sxm" taken apart: a whole number up to a billion, and a name. Throws Error at place,
/// path.
std::pair<double, std::string> parse_chips_of(const std::string& text, const Place& place, const std::string& path);

}  // namespace orrery::scenario
