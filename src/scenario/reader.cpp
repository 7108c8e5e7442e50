#include "scenario/reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/text.h"
#include "base/units.h"
#include "scenario/change.h"
#include "scenario/check.h"

namespace orrery::scenario {
namespace {

std::string text_of(const Node* node) {
  if (!node) return "";
  if (node->kind == Node::Kind::text) return node->text;
  if (node->kind == Node::Kind::date) return node->date.text();
  if (node->kind == Node::Kind::number) return fmt::format("{:g}", node->number);
  return "";
}

}  // namespace

std::string origin_name(Origin origin) {
  switch (origin) {
    case Origin::scenario:
      return "scenario";
    case Origin::command_line:
      return "command line";
    case Origin::catalog:
      return "catalog";
    case Origin::rule:
      return "default";
  }
  return "";
}

std::vector<std::pair<std::string, View>> View::group(std::string_view name) const {
  std::vector<std::pair<std::string, View>> out;
  const Node* all = find(name);
  if (!all) return out;
  const std::string path_of_all = key_path(name);
  if (all->kind == Node::Kind::table)
    for (const auto& [key, node] : all->members) out.emplace_back(key, View{&node, path_of_all + '.' + key});
  for (size_t i = 0; i < all->items.size(); ++i) {
    const std::string row = fmt::format("[{}]", i);
    out.emplace_back(row, View{&all->items[i], path_of_all + row});
  }
  return out;
}

bool View::states(std::string_view key) const {
  const Node* node = find(key);
  return node && !is_change(*node);
}

std::string View::key_path(std::string_view key) const {
  return path.empty() ? std::string(key) : path + '.' + std::string(key);
}

Place View::place(std::string_view key) const {
  const Node* node = find(key);
  return node ? node->place : place();
}

Fallback from_catalog(const catalog::Entry& entry, const catalog::Figure& figure) {
  return {figure.amount, Origin::catalog, entry.kind + '/' + entry.name + '.' + figure.key, figure.provenance,
          figure.note};
}

std::optional<Fallback> maybe(const catalog::Entry& entry, std::string_view key) {
  const catalog::Figure* figure = entry.find(key);
  if (!figure || figure->kind != catalog::Figure::Kind::amount) return std::nullopt;
  return from_catalog(entry, *figure);
}

Fallback from_rule(double value, std::string rule) {
  return {Distribution::constant(value), Origin::rule, std::move(rule), std::nullopt, ""};
}

void Reader::record(std::string path, std::string value, Origin origin, std::string place) {
  settings.push_back({std::move(path), std::move(value), origin, std::move(place), false, false, {}, "", std::nullopt});
}

void Reader::record_node(const View& view, std::string_view key, const Node& node, std::string value) {
  Setting s;
  s.path = view.key_path(key);
  s.value = std::move(value);
  s.origin = node.place.file == override_place ? Origin::command_line : Origin::scenario;
  s.place = s.origin == Origin::command_line ? override_place
                                             : printable(node.place.file) + ':' + std::to_string(node.place.line);
  const bool own = node.kind == Node::Kind::table && node.find("basis");
  const Node* table = own ? &node : view.path.empty() ? nullptr : view.table;
  const Node* basis = table ? table->find("basis") : nullptr;
  if (basis && s.origin == Origin::scenario) {
    s.provenance.basis = at(basis->place, s.path + ".basis", [&] { return catalog::parse_basis(basis->text); });
    s.has_provenance = true;
    s.provenance.source = text_of(table->find("source"));
    s.provenance.date = text_of(table->find(own ? "date" : "as_of"));
  }
  const Node* note = node.kind == Node::Kind::table ? node.find("note") : nullptr;
  s.note = text_of(note ? note : view.path.empty() ? nullptr : view.find("note"));
  settings.push_back(std::move(s));
}

namespace {

/// What sections that are written lack of the keys that must be given, by path in the order of the file.
void collect_missing(const Form& form, const Node& table, const std::string& path, std::vector<std::string>& out) {
  const std::vector<std::string> parts = path.empty() ? std::vector<std::string>{} : parts_of(path);
  const Section* section = find_section(form, parts);
  if (!section) return;
  for (const Key& key : section->keys)
    if (key.default_value == "must be given" && key.name != "*" && !table.find(key.name))
      out.push_back(joined(parts, key.name));
  for (const auto& [name, node] : table.members) {
    const std::string here = path.empty() ? name : path + '.' + name;
    if (node.kind == Node::Kind::table) collect_missing(form, node, here, out);
    for (std::size_t i = 0; i < node.items.size(); ++i)
      if (node.items[i].kind == Node::Kind::table)
        collect_missing(form, node.items[i], fmt::format("{}[{}]", here, i), out);
  }
}

}  // namespace

void Reader::missing(const View& view, std::string_view key, std::string_view example) const {
  // The top of a file and a section that it lacks have no line of their own.
  const Place place = view.table && !view.path.empty() ? view.place() : Place{scenario_.file};
  std::vector<std::string> others;
  collect_missing(*scenario_.form, scenario_.root, "", others);
  std::erase(others, view.key_path(key));
  if (others.empty()) throw Error(place, view.key_path(key), "is missing", fmt::format("add {} = {}", key, example));
  const std::string last = others.back();
  others.pop_back();
  throw Error(place, view.key_path(key),
              fmt::format("is missing, as {} {}{}{}", others.empty() ? "is" : "are", fmt::join(others, ", "),
                          others.empty() ? "" : " and ", last),
              fmt::format("add {} = {} and the others; `orrery show --schema {}` has an example of each", key, example,
                          scenario_.form->name));
}

void Reader::must_give(const View& view, std::string_view key, std::string_view example) const {
  if (!view.gives(key)) missing(view, key, example);
}

std::pair<double, int> Reader::read(const View& view, std::string_view key, Dimension dimension,
                                    const std::optional<Fallback>& fallback) {
  const std::string path = view.key_path(key);
  const Key* known = find_key(*scenario_.form, path);
  const std::string_view unit = known ? known->unit : std::string_view{};
  Distribution value;
  const Node* node = view.find(key);
  const bool change = node && is_change(*node);
  if (change) {
    if (!fallback) missing(view, key, '"' + dimension_example(dimension) + '"');
    if (!std::isfinite(fallback->value.a))
      throw Error(node->place, path, "has no limit where nothing is said, which no change makes one",
                  "give the value itself");
    value = apply_change(*node, fallback->value, dimension, path);
    if (known) check_range(value, dimension, known->low, known->high, node->place, path, known->unit);
    record_node(view, key, *node, describe(value, dimension, unit));
  } else if (node) {
    value = read_amount(*node, dimension, path, provenance_keys());
    record_node(view, key, *node, describe(value, dimension, unit));
  } else if (fallback) {
    value = fallback->value;
    // What a rule makes of other values is held to what may be given.
    if (known && fallback->origin == Origin::rule && std::isfinite(value.a) && !(value.highest() <= known->high))
      at(view.place(), path, [&] { check_range(value, dimension, -infinity, known->high, Place{}, "", unit); });
    settings.push_back({path, std::isfinite(value.a) ? describe(value, dimension, unit) : "no limit", fallback->origin,
                        fallback->place, false, fallback->provenance.has_value(),
                        fallback->provenance.value_or(catalog::Provenance{}), fallback->note, std::nullopt});
  } else {
    missing(view, key, '"' + dimension_example(dimension) + '"');
  }
  settings.back().amount = value.median();
  if (value.is_constant()) return {value.a, -1};
  inputs.push_back({path, value, dimension});
  // A fact of the catalog is one thing, however many orders, halls and blocks stand on it: it is drawn once, so that
  // what is split does not seem surer. So is what a section says for all of its parts. How long work and deliveries
  // take is another matter each time.
  const bool each_time = dimension == dimension::time || is_speed(dimension);
  if ((!node || change) && (!fallback->drawn_as.empty() || fallback->origin == Origin::scenario ||
                            (fallback->origin == Origin::catalog && !each_time)))
    inputs.back().drawn_as = fallback->drawn_as.empty() ? fallback->place : fallback->drawn_as;
  return {*settings.back().amount, static_cast<int>(inputs.size()) - 1};
}

UncertainNumber Reader::value(const View& view, std::string_view key, const std::optional<Fallback>& fallback) {
  const Key* known = find_key(*scenario_.form, view.key_path(key));
  const auto [median, input] = read(view, key, known ? known->dimension : dimension::none, fallback);
  return {median, input};
}

double Reader::constant_number(const View& view, std::string_view key, const std::optional<Fallback>& fallback) {
  const UncertainNumber given = value(view, key, fallback);
  if (given.input >= 0) refuse_distribution(view, key);
  return given.median;
}

double Reader::constant_of(const View& view, std::string_view key, Dimension dimension,
                           const std::optional<Fallback>& fallback) {
  const auto [median, input] = read(view, key, dimension, fallback);
  if (input >= 0) refuse_distribution(view, key);
  return median;
}

int Reader::whole(const View& view, std::string_view key, std::optional<int> fallback, std::string rule) {
  const Node* node = view.find(key);
  if (!node && !fallback) missing(view, key, "10");
  const int number = node ? static_cast<int>(bare(*node).number) : *fallback;
  if (node) record_node(view, key, *node, std::to_string(number));
  else record(view.key_path(key), std::to_string(number), Origin::rule, std::move(rule));
  return number;
}

bool Reader::boolean(const View& view, std::string_view key, bool fallback, std::string rule) {
  const Node* node = view.find(key);
  const bool is = node ? bare(*node).boolean : fallback;
  if (node) record_node(view, key, *node, is ? "true" : "false");
  else record(view.key_path(key), is ? "true" : "false", Origin::rule, std::move(rule));
  return is;
}

void Reader::refuse_distribution(const View& view, std::string_view key) const {
  const Node* node = view.find(key);
  throw Error(node ? node->place : view.place(), view.key_path(key), "is a distribution, but must be certain",
              "give one value");
}

Date Reader::date(const View& view, std::string_view key) {
  must_give(view, key, "2024-04-24");
  return date(view, key, {}, "");
}

Date Reader::date(const View& view, std::string_view key, Date fallback, std::string rule) {
  const Node* node = view.find(key);
  if (!node) {
    record(view.key_path(key), fallback.text(), Origin::rule, std::move(rule));
    return fallback;
  }
  Date day = bare(*node).date;
  if (is_change(*node)) {
    if (fallback == Date{})
      throw Error(node->place, view.key_path(key), "is not given, and has no default that a change is of",
                  "give the day itself");
    day = fallback + static_cast<int>(std::lround(shift_of_change(*node, view.key_path(key))));
  }
  record_node(view, key, *node, day.text());
  return day;
}

std::string Reader::event(const View& view, std::string_view key) {
  const Node& node = *view.find(key);
  const Node &given = bare(node), *when = given.find("when");
  const std::string named = when ? when->text : given.text.substr(5);
  record_node(view, key, node, "when " + named);
  return named;
}

std::string Reader::text(const View& view, std::string_view key) {
  must_give(view, key, "\"...\"");
  return text(view, key, "", "");
}

std::string Reader::text(const View& view, std::string_view key, std::string fallback, std::string rule) {
  const Node* node = view.find(key);
  if (node) record_node(view, key, *node, bare(*node).text);
  else record(view.key_path(key), fallback, Origin::rule, std::move(rule));
  settings.back().is_name = true;
  return node ? bare(*node).text : fallback;
}

std::vector<std::string> Reader::texts(const View& view, std::string_view key) {
  std::vector<std::string> out;
  const Node* node = view.find(key);
  if (!node) return out;
  for (const Node& item : bare(*node).items) out.push_back(item.text);
  record_node(view, key, *node, fmt::format("{}", fmt::join(out, ", ")));
  settings.back().is_name = true;
  return out;
}

std::string Reader::choice(const View& view, std::string_view key, const std::vector<std::string>& choices,
                           const std::optional<std::string>& fallback, std::string rule) {
  if (!fallback) must_give(view, key, '"' + choices.front() + '"');
  const std::string value = text(view, key, fallback.value_or(""), std::move(rule));
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  throw Error(view.place(key), view.key_path(key), in_quotes(value) + " is not one of its values",
              suggest(value, choices, fmt::format("write {}", fmt::join(choices, " or "))));
}

const catalog::Entry& Reader::entry(const View& view, std::string_view key, std::string_view kind, std::string fallback,
                                    std::string rule) {
  const std::string name = text(view, key, std::move(fallback), std::move(rule));
  return view.gives(key) ? catalog_.entry(kind, name, view.place(key), view.key_path(key)) : catalog_.entry(kind, name);
}

void needs(const View& view, std::initializer_list<const char*> keys, bool there, const char* what,
           const char* remedy) {
  for (const char* key : keys)
    if (view.gives(key) && !there)
      throw Error(view.place(key), view.key_path(key), std::string("says nothing without ") + what, remedy);
}

std::string path_of(const Node& node) {
  const Node& text = bare(node);
  if (text.place.file.starts_with("--")) return text.text;
  return (std::filesystem::path(text.place.file).parent_path() / text.text).string();
}

std::pair<double, std::string> parse_chips_of(const std::string& text, const Place& place, const std::string& path) {
  const std::string remedy = "write a number, x and a name from `orrery show chips`: \"100000 x h100-sxm\"";
  const size_t x = text.find(" x ");
  if (x == std::string::npos) throw Error(place, path, in_quotes(text) + " is not a number of accelerators", remedy);
  double count = 0;
  try {
    count = parse_amount_of(text.substr(0, x), dimension::none);
  } catch (const Error& error) {
    throw Error(place, path, error.problem(), remedy);
  }
  if (count < 1 || count > 1e9 || count != std::floor(count))
    throw Error(place, path, in_quotes(text.substr(0, x)) + " is not a whole number from 1 to a billion", remedy);
  std::string name = text.substr(x + 3);
  name.erase(0, name.find_first_not_of(' '));
  name.erase(name.find_last_not_of(' ') + 1);
  return {count, name};
}

std::pair<Chips, const catalog::Entry*> Reader::chips_of(const View& view, std::string_view key) {
  must_give(view, key, "\"100000 x h100-sxm\"");
  const Node& node = *view.find(key);
  const std::string path = view.key_path(key);
  const auto [count, name] = parse_chips_of(bare(node).text, node.place, path);
  const catalog::Entry& entry = catalog_.entry("chips", name, node.place, path);
  record_node(view, key, node, format_count(count) + " x " + entry.name);
  return {Chips(count), &entry};
}

}  // namespace orrery::scenario
