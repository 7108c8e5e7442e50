#include "programme/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "programme/keys.h"
#include "programme/scenario.h"

namespace orrery::programme {
namespace {

const std::vector<std::string> provenance_keys = {"basis", "source", "date", "note"};

/// { value = ... } around a text or a date, or the node itself.
const Node& bare(const Node& node) {
  const Node* inner = node.kind == Node::Kind::table ? node.find("value") : nullptr;
  return inner ? *inner : node;
}

std::string text_of(const Node* node) {
  if (!node) return "";
  if (node->kind == Node::Kind::text) return node->text;
  if (node->kind == Node::Kind::date) return node->date.text();
  if (node->kind == Node::Kind::number) return fmt::format("{:g}", node->number);
  return "";
}

}  // namespace

std::vector<std::pair<std::string, View>> View::group(std::string_view name) const {
  std::vector<std::pair<std::string, View>> out;
  const Node* below = find(name);
  if (!below || below->kind != Node::Kind::table) return out;
  for (const auto& [key, node] : below->members)
    out.emplace_back(key, View{&node, key_path(name) + '.' + key});
  return out;
}

std::string View::key_path(std::string_view key) const {
  return path.empty() ? std::string(key) : path + '.' + std::string(key);
}

Fallback from_catalog(const catalog::Entry& entry, const catalog::Figure& figure) {
  return {figure.amount, Origin::catalog, entry.kind + '/' + entry.name + '.' + figure.key, figure.provenance, figure.note};
}

Fallback from_rule(double value, std::string rule) {
  return {Distribution::constant(value), Origin::rule, std::move(rule), std::nullopt, ""};
}

void Reader::record(std::string path, std::string value, Origin origin, std::string place) {
  plan_.settings.push_back({std::move(path), std::move(value), origin, std::move(place), false, false, {}, ""});
}

void Reader::record_node(const View& view, std::string_view key, const Node& node, std::string value) {
  Setting s;
  s.path = view.key_path(key);
  s.value = std::move(value);
  s.origin = node.place.file == command_line ? Origin::command_line : Origin::scenario;
  s.place = s.origin == Origin::command_line ? command_line : node.place.file + ':' + std::to_string(node.place.line);
  const bool own = node.kind == Node::Kind::table && node.find("basis");
  const Node* table = own ? &node : view.path.empty() ? nullptr : view.table;
  const Node* basis = table ? table->find("basis") : nullptr;
  if (basis && s.origin == Origin::scenario) {
    try {
      s.provenance.basis = catalog::parse_basis(basis->text);
    } catch (const Error& error) {
      throw Error(basis->place, s.path + ".basis", error.problem(), error.remedy());
    }
    s.has_provenance = true;
    s.provenance.source = text_of(table->find("source"));
    s.provenance.date = text_of(table->find(own ? "date" : "as_of"));
  }
  const Node* note = node.kind == Node::Kind::table ? node.find("note") : nullptr;
  s.note = text_of(note ? note : view.path.empty() ? nullptr : view.find("note"));
  plan_.settings.push_back(std::move(s));
}

std::pair<double, int> Reader::read(const View& view, std::string_view key, Dimension dimension,
                                    const std::optional<Fallback>& fallback) {
  const std::string path = view.key_path(key);
  const Key* known = find_key(path);
  const std::string_view unit = known ? known->unit : std::string_view{};
  Distribution value;
  if (const Node* node = view.find(key)) {
    value = read_amount(*node, dimension, path, provenance_keys);
    record_node(view, key, *node, describe(value, dimension, unit));
  } else if (fallback) {
    value = fallback->value;
    Setting s{path, std::isfinite(value.a) ? describe(value, dimension, unit) : "no limit", fallback->origin, fallback->place,
              false,
              fallback->provenance.has_value(), fallback->provenance.value_or(catalog::Provenance{}), fallback->note};
    plan_.settings.push_back(std::move(s));
  } else {
    throw Error(view.place(), path, "is missing", fmt::format("add it, such as {} = \"{}\"", key, dimension_example(dimension)));
  }
  if (value.is_constant()) return {value.a, -1};
  plan_.inputs.push_back({path, value, dimension});
  return {value.median(), static_cast<int>(plan_.inputs.size()) - 1};
}

void Reader::refuse_distribution(const View& view, std::string_view key) const {
  const Node* node = view.find(key);
  throw Error(node ? node->place : view.place(), view.key_path(key), "is a distribution, but must be certain",
              "give one value");
}

Date Reader::date(const View& view, std::string_view key, Date fallback, std::string rule) {
  const Node* node = view.find(key);
  if (!node) {
    record(view.key_path(key), fallback.text(), Origin::rule, std::move(rule));
    return fallback;
  }
  const Date day = bare(*node).date;
  record_node(view, key, *node, day.text());
  return day;
}

std::string Reader::text(const View& view, std::string_view key, std::string fallback, std::string rule) {
  const Node* node = view.find(key);
  if (node)
    record_node(view, key, *node, bare(*node).text);
  else
    record(view.key_path(key), fallback, Origin::rule, std::move(rule));
  plan_.settings.back().is_name = true;
  return node ? bare(*node).text : fallback;
}

std::string Reader::choice(const View& view, std::string_view key, const std::vector<std::string>& choices,
                           std::string fallback, std::string rule) {
  const std::string value = text(view, key, std::move(fallback), std::move(rule));
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  const Node* node = view.find(key);
  throw Error(node ? node->place : view.place(), view.key_path(key), in_quotes(value) + " is not one of its values",
              suggest(value, choices, fmt::format("write {}", fmt::join(choices, " or "))));
}

std::pair<Chips, const catalog::Entry*> Reader::chips_of(const View& view) {
  const Node* node = view.find("chips");
  const std::string path = view.key_path("chips");
  if (!node) throw Error(view.place(), path, "is missing", "add chips = \"100000 x h100-sxm\"");
  const std::string& text = bare(*node).text;
  const std::string remedy = "write a number, x and a name from `orrery show chips`: \"100000 x h100-sxm\"";
  const size_t x = text.find(" x ");
  if (x == std::string::npos) throw Error(node->place, path, in_quotes(text) + " is not a number of accelerators", remedy);
  double count = 0;
  try {
    count = parse_amount_of(text.substr(0, x), dimension::none);
  } catch (const Error& error) {
    throw Error(node->place, path, error.problem(), remedy);
  }
  if (count < 1 || count > 1e9 || count != std::floor(count))
    throw Error(node->place, path, in_quotes(text.substr(0, x)) + " is not a whole number from 1 to a billion", remedy);
  std::string name = text.substr(x + 3);
  name.erase(0, name.find_first_not_of(' '));
  name.erase(name.find_last_not_of(' ') + 1);
  const catalog::Entry& entry = catalog_.entry("chips", name, node->place, path);
  record_node(view, "chips", *node, format_count(count) + " x " + entry.name);
  return {Chips(count), &entry};
}

}  // namespace orrery::programme
