#include "report/figure_data.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "base/amount.h"
#include "base/error.h"

namespace orrery::report {
namespace {

using namespace study;

constexpr std::string_view all = "all";

std::optional<std::size_t> column_of(const Table& table, std::string_view key) {
  if (key.empty()) return std::nullopt;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (table.columns[c].key == key) return c;
  return std::nullopt;
}

std::optional<double> number_of(const Cell& cell) {
  if (const auto* x = std::get_if<double>(&cell.value)) return *x;
  if (const auto* x = std::get_if<Amount>(&cell.value)) return x->value;
  return std::nullopt;
}

std::optional<Spread> spread_of_cell(const Cell& cell) {
  if (const auto* s = std::get_if<Spread>(&cell.value)) return std::isfinite(s->p50) ? std::optional(*s) : std::nullopt;
  const std::optional<double> x = number_of(cell);
  return x && std::isfinite(*x) ? std::optional(Spread{*x, *x, *x}) : std::nullopt;
}

/// The cell of a row under a key: as JSON has it, so "estimate/step_s" may lie in a table inside the cell "estimate".
const Cell* cell_of(const Table& table, const std::vector<Cell>& row, std::string_view key) {
  if (const auto c = column_of(table, key)) return &row[*c];
  for (std::size_t slash = key.find('/'); slash != std::string_view::npos; slash = key.find('/', slash + 1)) {
    const auto c = column_of(table, key.substr(0, slash));
    if (!c) continue;
    const auto* inner = std::get_if<std::shared_ptr<const Table>>(&row[*c].value);
    if (!inner || !*inner || !(*inner)->keyed) continue;
    const std::string_view member = key.substr(slash + 1);
    for (const std::vector<Cell>& of : (*inner)->rows)
      if (const auto* name = std::get_if<std::string>(&of.front().value); name && *name == member && of.size() == 2)
        return &of[1];
  }
  return nullptr;
}

std::optional<Spread> value_of(const Table& table, const std::vector<Cell>& row, const std::string& key) {
  if (const Cell* cell = cell_of(table, row, key)) return spread_of_cell(*cell);
  Spread s;
  for (const auto& [end, into] : {std::pair{"/p10", &s.p10}, {"/p50", &s.p50}, {"/p90", &s.p90}}) {
    const Cell* cell = cell_of(table, row, key + end);
    const std::optional<double> x = cell ? number_of(*cell) : std::nullopt;
    if (!x) return std::nullopt;
    *into = *x;
  }
  return std::isfinite(s.p50) ? std::optional(s) : std::nullopt;
}

/// Words of a cell: text as it is, a day, a number as short as it can be written.
std::string words_of(const Cell* cell) {
  if (!cell) return "";
  if (const auto* text = std::get_if<std::string>(&cell->value)) return *text;
  if (const auto* date = std::get_if<Date>(&cell->value)) return date->text();
  if (const std::optional<double> x = number_of(*cell)) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, *x).ptr;
    return {buffer, end};
  }
  return "";
}

bool is_true(const Cell* cell) {
  const bool* x = cell ? std::get_if<bool>(&cell->value) : nullptr;
  return x && *x;
}

/// "p50" to "p10", "start/p50" to "start/p10"; empty for a key that does not end so.
std::string sibling(const std::string& key, const char* of) {
  if (key != "p50" && !key.ends_with("/p50")) return "";
  return key.substr(0, key.size() - 3) + of;
}

/// Rows of a layer: those that its `where` lets through.
std::vector<const std::vector<Cell>*> rows_of(const Table& table, const Layer& layer) {
  std::vector<const std::vector<Cell>*> rows;
  for (const std::vector<Cell>& row : table.rows)
    if (layer.where.empty() || words_of(cell_of(table, row, layer.where)) == layer.is) rows.push_back(&row);
  return rows;
}

/// What a layer's series is called without a column of series.
std::string name_of(const Layer& layer) {
  if (!layer.name.empty()) return layer.name;
  std::string name = layer.value;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '_' || c == '/'; }, ' ');
  return name;
}

template <class Item>
Item& named(std::vector<Item>& items, std::size_t from, const std::string& name) {
  for (std::size_t i = from; i < items.size(); ++i)
    if (items[i].name == name) return items[i];
  return items.emplace_back(Item{.name = name});
}

/// Reads layer after layer of what is chosen.
class Reading {
 public:
  Reading(const Document& document, const Figure& figure, FigureData& out)
      : document_(document), figure_(figure), out_(out) {}

  void layer(const Layer& layer) {
    const Table* table = table_of(document_, layer);
    if (!table) return;
    if (layer.mark == Mark::strip) return strips(layer, *table);
    if (figure_.plot == Plot::sankey) return sankey(layer, *table);
    const bool schedule_bars = figure_.plot == Plot::schedule && layer.mark == Mark::bar;
    std::vector<const std::vector<Cell>*> rows;
    const bool apart = schedule_bars && is_apart(*table, rows_of(*table, layer));
    for (const std::vector<Cell>* row : rows_of(*table, layer))
      if (apart || is_shown(*table, *row)) rows.push_back(row);
    if (rows.empty()) return;
    const bool ranked = figure_.plot == Plot::ranking || figure_.plot == Plot::waterfall;
    if (figure_.plot == Plot::plan) plan(layer, *table, rows);
    else if (ranked) rank(layer, *table, rows);
    else if (schedule_bars) bars(layer, *table, rows, apart);
    else series(layer, *table, rows);
  }

 private:
  bool is_chosen(const Table& table) const {
    return !out_.chosen.empty() && column_of(table, figure_.choose).has_value();
  }
  bool is_shown(const Table& table, const std::vector<Cell>& row) const {
    return !is_chosen(table) || words_of(cell_of(table, row, figure_.choose)) == out_.chosen;
  }

  /// Where no row speaks of all, what is told of each is shown, each by its name.
  bool is_apart(const Table& table, const std::vector<const std::vector<Cell>*>& rows) const {
    return is_chosen(table) && out_.chosen == all && std::none_of(rows.begin(), rows.end(), [&](const auto* row) {
             return words_of(cell_of(table, *row, figure_.choose)) == all;
           });
  }

  /// Where a row stands along the axis.
  std::optional<Period> where_of(const Cell& along) const {
    if (figure_.plot != Plot::course && figure_.plot != Plot::powers) return period_of(along);
    const std::optional<double> x = number_of(along);
    return x ? std::optional(Period{*x, *x}) : std::nullopt;
  }

  void series(const Layer& layer, const Table& table, const std::vector<const std::vector<Cell>*>& rows) {
    const std::size_t first = out_.series.size();
    for (const std::vector<Cell>* row : rows) {
      const Cell* along = cell_of(table, *row, layer.along);
      const std::optional<Period> when = along ? where_of(*along) : std::nullopt;
      if (!when) continue;
      const double until = figure_.ends && figure_.ends->days > when->from
                               ? std::min(when->to, static_cast<double>(figure_.ends->days))
                               : when->to;
      Point p{.from = when->from, .to = until, .early = until, .late = until};
      for (const auto& [end, day] : {std::pair{"p10", &p.early}, {"p90", &p.late}}) {
        const Cell* cell = cell_of(table, *row, sibling(layer.along, end));
        if (!cell) continue;
        const std::optional<Period> other = period_of(*cell);
        *day = other ? other->to : infinity;
      }
      const Cell* value = cell_of(table, *row, layer.value);
      const auto* parts = value ? std::get_if<std::shared_ptr<const Table>>(&value->value) : nullptr;
      const auto add = [&](const std::string& name, std::optional<Spread> x) {
        Series& s = named(out_.series, first, name);
        s.mark = layer.mark, s.limit = layer.limit;
        s.periods = s.periods || when->from < when->to;
        s.spread = s.spread || (x && x->p10 < x->p90);
        p.value = x && layer.below ? std::optional(Spread{-x->p90, -x->p50, -x->p10}) : x;
        s.points.push_back(p);
      };
      if (parts && *parts) {
        for (const std::vector<Cell>& of : (*parts)->rows)
          if (of.size() > 1) add(words_of(&of[0]), spread_of_cell(of[1]));
      } else if (figure_.plot == Plot::schedule) {
        p.name = words_of(value);
        add(name_of(layer), std::nullopt);
      } else {
        add(layer.series.empty() ? name_of(layer) : words_of(cell_of(table, *row, layer.series)),
            value_of(table, *row, layer.value));
      }
    }
    const auto none = [](const Series& s) {
      return std::none_of(s.points.begin(), s.points.end(), [](const Point& p) { return p.value || !p.name.empty(); });
    };
    out_.series.erase(std::remove_if(out_.series.begin() + static_cast<std::ptrdiff_t>(first), out_.series.end(), none),
                      out_.series.end());
    for (std::size_t i = first; i < out_.series.size(); ++i)
      std::stable_sort(out_.series[i].points.begin(), out_.series[i].points.end(),
                       [](const Point& a, const Point& b) { return a.from < b.from; });
  }

  void strips(const Layer& layer, const Table& table) {
    const std::vector<const std::vector<Cell>*> rows = rows_of(table, layer);
    const bool apart = is_apart(table, rows);
    std::vector<Strip> strips;
    for (const std::vector<Cell>* row : rows) {
      if (!apart && !is_shown(table, *row)) continue;
      const std::string of = apart ? words_of(cell_of(table, *row, figure_.choose)) : "";
      const Cell* along = cell_of(table, *row, layer.along);
      const std::optional<Period> when = along ? period_of(*along) : std::nullopt;
      if (!when) continue;
      auto strip = std::find_if(strips.begin(), strips.end(), [&](const Strip& s) { return s.of == of; });
      if (strip == strips.end()) strip = strips.insert(strips.end(), Strip{.name = name_of(layer), .of = of});
      std::vector<Span>& spans = strip->spans;
      std::string text = words_of(cell_of(table, *row, layer.value));
      if (!spans.empty()) spans.back().to = when->from;
      if (!spans.empty() && spans.back().text == text) spans.back().to = infinity;
      else spans.push_back({when->from, infinity, std::move(text)});
    }
    if (figure_.ends)
      for (Strip& strip : strips)
        strip.spans.back().to = std::max(strip.spans.back().from, static_cast<double>(figure_.ends->days));
    if (apart)
      for (const std::map<std::string, double> all_sizes = sizes(); Strip & strip : strips)
        if (const auto size = all_sizes.find(strip.of); size != all_sizes.end()) strip.size = size->second;
    out_.strips.insert(out_.strips.end(), strips.begin(), strips.end());
  }

  /// The largest number that the other layers have for each choice.
  std::map<std::string, double> sizes() const {
    std::map<std::string, double> out;
    for (const Layer& layer : figure_.layers) {
      const Table* table = layer.mark == Mark::strip ? nullptr : table_of(document_, layer);
      if (!table || !column_of(*table, figure_.choose)) continue;
      for (const std::vector<Cell>* row : rows_of(*table, layer))
        if (const std::optional<Spread> x = value_of(*table, *row, layer.value)) {
          double& size = out[words_of(cell_of(*table, *row, figure_.choose))];
          size = std::max(size, x->p50);
        }
    }
    return out;
  }

  void bars(const Layer& layer, const Table& table, const std::vector<const std::vector<Cell>*>& rows, bool apart) {
    for (const std::vector<Cell>* row : rows) {
      const Cell *from = cell_of(table, *row, layer.along), *to = cell_of(table, *row, layer.to);
      const std::optional<Period> begins = from ? period_of(*from) : std::nullopt;
      if (!begins) continue;
      const std::optional<Period> ends = to ? period_of(*to) : std::nullopt;
      const std::string of = apart ? words_of(cell_of(table, *row, figure_.choose)) + ", " : "";
      out_.bars.push_back({of + words_of(cell_of(table, *row, layer.lane)), words_of(cell_of(table, *row, layer.value)),
                           words_of(cell_of(table, *row, layer.series)), begins->from, ends ? ends->to : infinity,
                           is_true(cell_of(table, *row, layer.strong))});
    }
  }

  /// The place of a series' name among all, added where it is new.
  std::size_t series_of(const std::string& name) {
    std::vector<std::string>& names = out_.series_names;
    const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    if (at == names.size()) names.push_back(name);
    return at;
  }

  void plan(const Layer& layer, const Table& table, const std::vector<const std::vector<Cell>*>& rows) {
    for (const std::vector<Cell>* row : rows) {
      PlanBox box{.name = words_of(cell_of(table, *row, layer.lane))};
      bool whole = true;
      for (const auto& [key, into] : std::initializer_list<std::pair<std::string, double*>>{
               {layer.along, &box.x}, {"y", &box.y}, {"width", &box.width}, {"height", &box.height}}) {
        const Cell* cell = cell_of(table, *row, key);
        const std::optional<double> number = cell ? number_of(*cell) : std::nullopt;
        whole = whole && number.has_value(), *into = number.value_or(0);
      }
      if (!whole) continue;
      box.series = series_of(layer.series.empty() ? name_of(layer) : words_of(cell_of(table, *row, layer.series)));
      out_.boxes.push_back(std::move(box));
    }
  }

  void rank(const Layer& layer, const Table& table, const std::vector<const std::vector<Cell>*>& rows) {
    const std::size_t before = out_.rows.size();
    for (const std::vector<Cell>* row : rows) {
      const std::optional<Spread> value = value_of(table, *row, layer.value);
      if (!value) continue;
      const std::string name = words_of(cell_of(table, *row, layer.along));
      const auto there = std::find_if(out_.rows.begin(), out_.rows.begin() + static_cast<std::ptrdiff_t>(before),
                                      [&](const RankedRow& r) { return r.name == name; });
      const bool known = there != out_.rows.begin() + static_cast<std::ptrdiff_t>(before);
      if (layer.mark == Mark::band && known) {
        there->bars.back().value = *value;  // a whisker on the bar that is there
        continue;
      }
      const std::string called = layer.series.empty() ? name_of(layer) : words_of(cell_of(table, *row, layer.series));
      const std::size_t at = series_of(called);
      RankedRow& into = known ? *there : out_.rows.emplace_back(RankedRow{.name = name});
      into.bars.push_back({at, *value, is_true(cell_of(table, *row, layer.strong))});
    }
  }

  /// Parties by their names: those of flows that no row of parties places are left out.
  void sankey(const Layer& layer, const Table& table) {
    const auto number = [&](const std::vector<Cell>& row, const char* key) -> std::optional<double> {
      const Cell* cell = cell_of(table, row, key);
      const std::optional<double> x = cell ? number_of(*cell) : std::nullopt;
      return x && std::isfinite(*x) ? x : std::nullopt;
    };
    if (layer.mark == Mark::party) return;
    for (const Layer& other : figure_.layers) {
      const Table* parties = other.mark == Mark::party ? table_of(document_, other) : nullptr;
      if (!parties) continue;
      for (const std::vector<Cell>& row : parties->rows) {
        const auto place = [&](const char* key) {
          const Cell* cell = cell_of(*parties, row, key);
          return cell ? number_of(*cell).value_or(0) : 0;
        };
        out_.parties.push_back({words_of(cell_of(*parties, row, other.along)), static_cast<int>(place("column")),
                                place("top"), place("height")});
      }
    }
    const auto party = [&](const Cell* cell) -> std::optional<std::size_t> {
      const std::string name = words_of(cell);
      for (std::size_t i = 0; i < out_.parties.size(); ++i)
        if (out_.parties[i].name == name) return i;
      return std::nullopt;
    };
    for (const std::vector<Cell>* row : rows_of(table, layer)) {
      const auto from = party(cell_of(table, *row, layer.along)), to = party(cell_of(table, *row, layer.to));
      const auto amount = number(*row, layer.value.c_str()), from_at = number(*row, "from_at"),
                 to_at = number(*row, "to_at"), width = number(*row, "width");
      if (!from || !to || !amount || !from_at || !to_at || !width) continue;
      out_.flows.push_back({*from, *to, words_of(cell_of(table, *row, layer.lane)), *amount, *from_at, *to_at, *width,
                            number(*row, "lane")});
    }
  }

  const Document& document_;
  const Figure& figure_;
  FigureData& out_;
};

/// What can be chosen: the values of the choose column in all tables, "all" first. None where the tables know but one
/// beside "all".
std::vector<std::string> choices_of(const Document& document, const Figure& figure) {
  std::vector<std::string> out;
  if (figure.choose.empty()) return out;
  bool sum = false;
  for (const Layer& layer : figure.layers) {
    const Table* table = table_of(document, layer);
    const auto c = table ? column_of(*table, figure.choose) : std::nullopt;
    if (!c) continue;
    for (const std::vector<Cell>* row : rows_of(*table, layer)) {
      const std::string choice = words_of(&(*row)[*c]);
      if (choice == all) sum = true;
      else if (std::find(out.begin(), out.end(), choice) == out.end()) out.push_back(choice);
    }
  }
  if (out.size() < 2) return {};
  if (sum) out.insert(out.begin(), std::string(all));
  return out;
}

}  // namespace

std::optional<Period> period_of(const Cell& cell) {
  const auto day = [](Date d) { return static_cast<double>(d.days); };
  const auto year = [&](int y) -> std::optional<Period> {
    if (y < 1990 || y > 2198) return std::nullopt;
    return Period{day(make_date(y, 1, 1)), day(make_date(y + 1, 1, 1))};
  };
  if (const auto* date = std::get_if<Date>(&cell.value)) return Period{day(*date), day(*date)};
  if (const auto* number = std::get_if<double>(&cell.value))
    return *number == std::floor(*number) && std::fabs(*number) < 1e4 ? year(static_cast<int>(*number)) : std::nullopt;
  const auto* text = std::get_if<std::string>(&cell.value);
  if (!text) return std::nullopt;
  try {
    if (text->size() == 10) {
      const Date date = parse_date(*text);
      return Period{day(date), day(date)};
    }
    if (text->size() == 7 && (*text)[5] == 'Q') {
      const Date first = parse_quarter(*text);
      return Period{day(first), day(add_months(first, 3))};
    }
    if (text->size() == 7) {
      const Date first = parse_date(*text + "-01");
      return Period{day(first), day(next_month(first))};
    }
    int y = 0;
    if (text->size() == 4 && std::from_chars(text->data(), text->data() + 4, y).ptr == text->data() + 4) return year(y);
  } catch (const Error&) {
    return std::nullopt;
  }
  return std::nullopt;
}

bool has_field(const Table& table, std::string_view key) {
  if (column_of(table, key)) return true;
  const std::string name(key);
  if (column_of(table, name + "/p10") && column_of(table, name + "/p50") && column_of(table, name + "/p90"))
    return true;
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [&](const std::vector<Cell>& row) { return cell_of(table, row, key) != nullptr; });
}

const Table* table_of(const Document& document, const Layer& layer) {
  for (const Block& block : document.blocks)
    if (const auto* table = std::get_if<Table>(&block);
        table && table->key == layer.table && table->in_data && !table->rows.empty())
      return table;
  return nullptr;
}

FigureData figure_data(const Document& document, const Figure& figure, const std::string& chosen) {
  FigureData out;
  out.choices = choices_of(document, figure);
  if (!chosen.empty() && std::find(out.choices.begin(), out.choices.end(), chosen) == out.choices.end())
    throw Error({}, figure.key, in_quotes(chosen) + " is nothing to choose in this figure",
                out.choices.empty() ? "leave it out"
                                    : suggest(chosen, out.choices, "name one such as " + in_quotes(out.choices[0])));
  if (!out.choices.empty()) out.chosen = chosen.empty() ? out.choices.front() : chosen;
  Reading reading(document, figure, out);
  for (const Layer& layer : figure.layers) reading.layer(layer);
  return out;
}

bool has_figures(const Document& document) {
  return std::any_of(document.figures.begin(), document.figures.end(),
                     [&](const Figure& figure) { return !figure_data(document, figure).empty(); });
}

NamedFigure figure_of(const Document& document, const std::string& named) {
  if (named.empty()) {
    NamedFigure first;
    for (const Figure& figure : document.figures) {
      if (first.figure && !figure.in_brief) continue;
      FigureData data = figure_data(document, figure);
      if (!data.empty()) first = {&figure, std::move(data)};
    }
    if (!first.figure) throw Error({}, "--svg", "finds no figure in this answer", "leave it out");
    return first;
  }
  const std::size_t equals = named.find('=');
  const std::string key = named.substr(0, equals), choice = equals == std::string::npos ? "" : named.substr(equals + 1);
  std::vector<std::string> keys;
  std::string list;
  bool empty = false;  // the named one is there, with nothing to draw
  for (const Figure& figure : document.figures) {
    if (figure_data(document, figure).empty()) {
      empty = empty || figure.key == key;
      continue;
    }
    if (figure.key == key) {
      try {
        return {&figure, figure_data(document, figure, choice)};
      } catch (const Error& error) {
        throw Error({}, "--figure " + error.key(), error.problem(), error.remedy());
      }
    }
    keys.push_back(figure.key);
    list += (list.empty() ? "name one of " : ", ") + figure.key;
  }
  if (list.empty()) list = "it has none";
  if (empty) throw Error({}, "--figure", in_quotes(key) + " has nothing to draw in this answer", list);
  throw Error({}, "--figure", in_quotes(key) + " is no figure of this answer", suggest(key, keys, list));
}

}  // namespace orrery::report
