#include "scenario/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/value.h"
#include "catalog/bounds.h"
#include "catalog/catalog.h"
#include "scenario/change.h"

namespace orrery::scenario {
namespace {

namespace d = dimension;

constexpr double most_chips = bounds::most_chips;
constexpr std::size_t most_entries = 1000;  // tables of one group: more belong together

// What a section may say of the origin of its values.

void wrong_type(const Node& node, const std::string& path, const char* wanted, const char* example) {
  throw Error(node.place, path, "is " + kind_name(node.kind) + ", not " + wanted,
              std::string("write it like ") + example);
}

/// A report is printed to a terminal.
void check_printable(const Node& text, const std::string& path) {
  if (!is_printable(text.text))
    throw Error(text.place, path, "holds a control character, or one that does not show", "write it without");
}

/// The origin that a section or a value states: basis, source and note are texts that say something, and the date of a
/// value is one. A section's own date may be a planned day, which is checked as such.
void check_provenance(const Node& table, const std::string& path, bool of_value) {
  for (const char* key : {"basis", "source", "note"}) {
    const Node* n = table.find(key);
    if (!n) continue;
    if (n->kind != Node::Kind::text) wrong_type(*n, path + '.' + key, "text", "\"...\"");
    if (n->text.find_first_not_of(" \t\n") == std::string::npos)
      throw Error(n->place, path + '.' + key, "is empty", "write what it is, or leave the key out");
    check_printable(*n, path + '.' + key);
  }
  if (const Node* n = table.find("basis")) {
    at(n->place, path + ".basis", [&] { return catalog::parse_basis(n->text); });
  }
  if (const Node* n = table.find(of_value ? "date" : "as_of"))
    catalog::fact_date(*n, path + (of_value ? ".date" : ".as_of"));
}

/// { value = ..., basis = ..., source = ... } around anything: the value inside, or the node itself.
const Node& checked_bare(const Node& node, const std::string& path) {
  if (node.kind != Node::Kind::table || !node.find("value")) return node;
  for (const auto& [key, member] : node.members)
    if (key != "value" && std::find(provenance_keys().begin(), provenance_keys().end(), key) == provenance_keys().end())
      throw Error(member.place, path + '.' + key, "is not a key beside value",
                  suggest(key, provenance_keys(), "basis, source, date and note may stand beside value"));
  check_provenance(node, path, true);
  return *node.find("value");
}

/// Accelerators come whole.
void check_whole(const Distribution& value, Dimension dimension, const Place& place, const std::string& path) {
  if (dimension == d::chips && value.is_constant() && value.a != std::floor(value.a))
    throw Error(place, path, fmt::format("{} is not a whole number of accelerators", value.a), "write a whole number");
}

/// A value that must say where it is from, by itself or by its section. One that was typed on the command line is from
/// there.
void check_sourced(const Key& key, const Node& node, const Node& section, const std::string& path) {
  if (node.place.file.starts_with("--")) return;
  const auto says = [&](const char* what) { return node.find(what) || section.find(what); };
  if (!says("basis"))
    throw Error(node.place, path, "has no basis", "write { value = ..., basis = \"reported\", source = \"...\" }");
  if (key.sourced && !says("source") && !says("note"))
    throw Error(node.place, path, "has neither source nor note", "say where it is from, or why it is assumed");
}

/// The form of a day that hangs on an event; which event it is shows once everything has a name.
void check_event(const Node& node, const std::string& path) {
  constexpr double longest = 50 * year_length.value();
  const Node& given = checked_bare(node, path);
  if (given.kind == Node::Kind::text) return check_printable(given, path);
  std::vector<std::string> valid = {"when", "lag", "lead"};
  valid.insert(valid.end(), provenance_keys().begin(), provenance_keys().end());
  for (const auto& [key, member] : given.members) {
    if (std::find(valid.begin(), valid.end(), key) == valid.end())
      throw Error(member.place, path + '.' + key, "is not a key of a day that hangs on an event",
                  suggest(key, valid, "its keys are when, and lag or lead"));
    if (key == "when") {
      if (member.kind != Node::Kind::text)
        wrong_type(member, path + ".when", "text that names an event", "\"power.grid is in service\"");
      check_printable(member, path + ".when");
    } else if (key == "lag" || key == "lead") {
      const std::string where = path + '.' + key;
      check_range(read_amount(member, d::time, where, provenance_keys()), d::time, 0, longest, member.place, where);
    }
  }
  if (const Node* lead = given.find("lead"); lead && given.find("lag"))
    throw Error(lead->place, path + ".lead", "stands beside lag", "give one of the two: lag is after, lead is before");
  check_provenance(given, path, true);
}

void check_key(const Key& key, const Node& node, const Node& section, const std::string& path) {
  if (is_change(node)) {  // of the default: its range is checked when that is known
    const bool date = key.type == KeyType::date || key.type == KeyType::date_or_event;
    if (key.type == KeyType::amount || (date && !node.find("times"))) return;
    throw Error(node.place, path, "is not given, and has no default that a change is of", "give the value itself");
  }
  switch (key.type) {
    case KeyType::amount: {
      const Distribution value = read_amount(node, key.dimension, path, provenance_keys());
      check_range(value, key.dimension, key.low, key.high, node.place, path, key.unit);
      check_whole(value, key.dimension, node.place, path);
      if (key.certain && !value.is_constant())
        throw Error(node.place, path, "is a distribution, but must be certain", "give one value");
      if (node.kind == Node::Kind::table) check_provenance(node, path, true);
      break;
    }
    case KeyType::money_or_number: {
      const Node& given = checked_bare(node, path);
      const Dimension dimension = given.kind == Node::Kind::number ? d::none : d::money;
      // A plain number is of another currency, whose unit may be small.
      check_range(Distribution::constant(read_constant(given, dimension, path)), dimension, 0,
                  given.kind == Node::Kind::number ? 1e3 * bounds::most_money : bounds::most_money, given.place, path);
      break;
    }
    case KeyType::whole: {
      const Node& given = checked_bare(node, path);
      if (given.kind != Node::Kind::number) wrong_type(node, path, "a whole number", "10");
      if (!given.whole || given.number < key.low || given.number > key.high)
        throw Error(given.place, path,
                    fmt::format("{} is not a whole number from {:.0f} to {:.0f}", given.number, key.low, key.high),
                    fmt::format("write one such as {:.0f}", key.low));
      break;
    }
    case KeyType::text: {
      const Node& given = checked_bare(node, path);
      if (given.kind != Node::Kind::text) wrong_type(node, path, "text", "\"...\"");
      check_printable(given, path);
      break;
    }
    case KeyType::boolean:
      if (checked_bare(node, path).kind != Node::Kind::boolean) wrong_type(node, path, "true or false", "true");
      break;
    case KeyType::date_or_event:
      if (hangs(node)) {
        check_event(node, path);
        break;
      }
      [[fallthrough]];
    case KeyType::date:
      if (const Node& given = checked_bare(node, path); given.kind == Node::Kind::text) {
        at(given.place, path, [&] { return parse_date(given.text); });
      }
      if (checked_bare(node, path).kind != Node::Kind::date)
        wrong_type(node, path, "a date", "2024-04-24, without quotes");
      break;
    case KeyType::texts: {
      const Node& list = checked_bare(node, path);
      if (list.kind != Node::Kind::list) wrong_type(node, path, "a list of names", "[\"a\", \"b\"]");
      for (const Node& item : list.items)
        if (item.kind != Node::Kind::text) wrong_type(item, path, "text", "\"...\"");
        else check_printable(item, path);
      break;
    }
    case KeyType::chips_of:
      if (checked_bare(node, path).kind != Node::Kind::text)
        wrong_type(node, path, "text that names the accelerator", "\"100000 x h100-sxm\"");
      check_printable(checked_bare(node, path), path);
      break;
    case KeyType::deliveries: {
      const Node& list = checked_bare(node, path);
      if (list.kind == Node::Kind::list && list.items.empty())
        throw Error(list.place, path, "is empty", "give at least one delivery, or leave the key out");
      if (list.kind != Node::Kind::list)
        wrong_type(node, path, "a list of deliveries", "[{ date = 2024-07-01, chips = 20000 }]");
      for (const Node& item : list.items) {
        if (item.kind != Node::Kind::table || item.members.size() != 2 || !item.find("date") || !item.find("chips"))
          throw Error(item.place, path, "is not a delivery", "write { date = 2024-07-01, chips = 20000 }");
        if (item.find("date")->kind != Node::Kind::date)
          wrong_type(*item.find("date"), path + ".date", "a date", "2024-07-01");
        const Distribution chips = read_amount(*item.find("chips"), d::chips, path + ".chips");
        check_range(chips, d::chips, 1, most_chips, item.place, path + ".chips");
        check_whole(chips, d::chips, item.place, path + ".chips");
      }
      break;
    }
  }
  if (key.based) check_sourced(key, node, section, path);
}

bool valid_name(const std::string& name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return name.size() <= 80 && name.find_first_of(letters) != std::string::npos &&
         name.find_first_not_of(std::string(letters) + "-_ ,") == std::string::npos && name.front() != ' ' &&
         name.back() != ' ';
}

/// The name of a free key or a table that the file chooses.
void check_name(NameForm form, const std::string& name, const Place& place, const std::string& path) {
  switch (form) {
    case NameForm::name:
      if (!valid_name(name))
        throw Error(place, printable(path), "is not a name",
                    "use letters of a to z, digits, dashes, underscores, commas and blanks within, at most 80 in all");
      break;
    case NameForm::quarter:
      at(place, printable(path), [&] { return parse_quarter(name); });
      break;
    case NameForm::year:
      if (name.size() != 4 || name.find_first_not_of("0123456789") != std::string::npos)
        throw Error(place, printable(path), "is not a year", "write a year of four digits, such as 2027");
      if (name < "1990" || name > "2199")
        throw Error(place, path, "lies outside 1990 to 2199", "write a year between them, such as 2027");
      break;
  }
}

class Check {
 public:
  explicit Check(const Form& form) : form_(form) {}

  void table(const Node& node) {
    if (const Section* section = find_section(form_, path_)) members(node, *section);
    else group(node);
  }

 private:
  const Form& form_;
  std::vector<std::string> path_;  ///< of the table at hand

  /// The section of the tables or rows directly below name; null where name holds no chosen names.
  const Section* chosen_below(const std::string& name) {
    path_.push_back(name), path_.emplace_back("*");
    const Section* section = find_section(form_, path_);
    path_.pop_back(), path_.pop_back();
    return section;
  }

  void below(const std::string& name, const Node& node) {
    path_.push_back(name);
    table(node);
    path_.pop_back();
  }

  void not_too_many(std::size_t count, const Node& last, const char* what) {
    if (count > most_entries)
      throw Error(last.place, joined(path_), fmt::format("holds {} {}", count, what),
                  fmt::format("join them to at most {}", most_entries));
  }

  /// "order", "site.memphis.power": its members are named tables.
  void group(const Node& node) {
    if (node.members.size() > most_entries)
      throw Error(node.members[most_entries].second.place, joined(path_, node.members[most_entries].first),
                  fmt::format("is one of {} tables of {}", node.members.size(), joined(path_)),
                  fmt::format("join them to at most {}", most_entries));
    for (const auto& [key, member] : node.members) {
      const std::string where = joined(path_, key);
      check_name(NameForm::name, key, member.place, where);
      if (member.kind == Node::Kind::boolean && !member.boolean) continue;  // removed from the base
      if (member.kind == Node::Kind::table) {
        below(key, member);
        continue;
      }
      // A key of a section written without a name: [order] chips = ... in place of [order.first].
      std::vector<std::string> inside = path_;
      inside.emplace_back("*");
      const Section* meant = find_section(form_, inside);
      throw Error(member.place, where, "is " + kind_name(member.kind) + ", not a table",
                  meant && find_key(*meant, key) ? fmt::format("give the table a name: [{}.first]", joined(path_))
                                                 : fmt::format("write [{}] and its keys below", where));
    }
  }

  /// [[commitment]]: tables in a list.
  void rows(const std::string& name, const Node& node) {
    path_.push_back(name);
    if (node.kind != Node::Kind::list)
      throw Error(node.place, joined(path_), "is " + kind_name(node.kind) + ", not rows",
                  fmt::format("write [[{}]]", joined(path_)));
    if (!node.items.empty()) not_too_many(node.items.size(), node.items.back(), "rows");
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const std::string row = fmt::format("[{}]", i);
      if (node.items[i].kind != Node::Kind::table)
        throw Error(node.items[i].place, joined(path_, row), "is " + kind_name(node.items[i].kind) + ", not a table",
                    fmt::format("write [[{}]] and its keys below", joined(path_)));
      below(row, node.items[i]);
    }
    path_.pop_back();
  }

  void members(const Node& node, const Section& section) {
    const std::vector<std::string_view> tables = tables_of(section);
    for (const auto& [key, member] : node.members) {
      const std::string where = joined(path_, key);
      const bool is_table = std::find(tables.begin(), tables.end(), key) != tables.end();
      const Section* chosen = is_table ? chosen_below(key) : nullptr;
      if (chosen && chosen->rows) {
        if (member.kind != Node::Kind::boolean || member.boolean) rows(key, member);
        continue;
      }
      if (is_table && member.kind == Node::Kind::table) {
        below(key, member);
        continue;
      }
      // What a section says of its origin comes before its free keys.
      const bool origin = !path_.empty() && says_origin(key);
      const Key* known = find_key(section, key);
      if (known && !(origin && known->name == "*")) {
        if (known->name == "*") {
          check_name(known->names, key, member.place, where);
          not_too_many(node.members.size(), member, "values");
          if (member.kind == Node::Kind::boolean && !member.boolean) continue;
        }
        check_key(*known, member, node, where);
        continue;
      }
      if (is_table) {
        if (member.kind == Node::Kind::boolean && !member.boolean) continue;
        throw Error(member.place, where, "is " + kind_name(member.kind) + ", not a table",
                    fmt::format("write [{}{}] and its keys below", where, chosen ? ".NAME" : ""));
      }
      if (origin) {
        check_provenance(node, joined(path_), false);
        continue;
      }
      unknown(section, key, member, where);
    }
  }

  [[noreturn]] void unknown(const Section& section, const std::string& key, const Node& node,
                            const std::string& where) {
    std::vector<std::string> valid;
    if (path_.empty())
      for (const Key& k : common_keys()) valid.emplace_back(k.name);
    for (const Key& k : section.keys) valid.emplace_back(k.name);
    for (std::string_view t : tables_of(section)) valid.emplace_back(t);
    throw Error(node.place, where, fmt::format("is not a key of {}", form_.called),
                suggest(key, valid,
                        fmt::format("{} has the keys {}", path_.empty() ? form_.called : section.path,
                                    fmt::join(valid, ", "))));
  }
};

}  // namespace

const std::vector<std::string>& provenance_keys() {
  static const std::vector<std::string> keys = {"basis", "source", "date", "note"};
  return keys;
}

bool says_origin(std::string_view key) {
  return key == "basis" || key == "source" || key == "note" || key == "as_of";
}

const Node& bare(const Node& node) {
  const Node* inner = node.kind == Node::Kind::table ? node.find("value") : nullptr;
  return inner ? *inner : node;
}

bool hangs(const Node& node) {
  const Node& given = bare(node);
  return given.kind == Node::Kind::text ? given.text.starts_with("when ")
                                        : given.kind == Node::Kind::table && given.find("when");
}

void check(const Node& root, const Form& form) {
  Check(form).table(root);
}

}  // namespace orrery::scenario
