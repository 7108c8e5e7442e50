// The answer to a question asked backwards, as text and data.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "base/units.h"
#include "study/solve.h"

namespace orrery::study {
namespace {

/// A word of a command line, quoted where a shell would take it apart.
std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c >= 0x80 ||
           std::string_view("._=/+,:-@%").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return text;
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += "'\\''";
    else out += c;
  }
  return out + "'";
}

std::string value_text(const Range& range, const std::optional<std::size_t>& at) {
  return at ? range.text(*at) : "as it stands";
}

/// The overrides that make a change.
std::vector<std::string> sets_of(const Solution& s, const Change& change) {
  std::vector<std::string> out;
  for (std::size_t k = 0; k < s.ranges.size(); ++k)
    if (change.at[k]) out.push_back(s.ranges[k].key + "=" + s.ranges[k].text(*change.at[k]));
  return out;
}

/// The command that answers the changed scenario, what is asked for included.
std::string put_back(const Solution& s, const Change& change) {
  std::string out = s.question.command;
  for (const std::string& set : sets_of(s, change)) out += " --set " + shell_word(set);
  std::set<std::string> had;
  for (const Goal& goal : s.goals)
    if (!goal.set.empty() && had.insert(goal.set).second) out += " --set " + shell_word(goal.set);
  if (s.question.sure)
    out += fmt::format(" --trials {} --seed {}{}", s.question.trials, s.question.seed,
                       s.question.independent ? " --independent" : "");
  return out;
}

/// The same as lines of a terminal, so that none is wrapped where a shell would not have it.
std::string put_back_lines(const Solution& s, const Change& change) {
  std::string out = put_back(s, change);
  if (out.size() <= 100) return "  " + out + "\n";
  for (std::size_t at = 0; (at = out.find(" --set ", at)) != std::string::npos; at += 9)
    out.replace(at, 1, " \\\n    ");
  return "  " + out + "\n";
}

/// "350,000 usable 2024-12-31".
std::string reached(const Solution& s, const Tried& tried) {
  if (!tried.refusal.empty()) return "refused";
  std::vector<std::string> out;
  for (std::size_t g = 0; g < s.goals.size(); ++g)
    out.push_back(s.goals[g].output + " " + s.goals[g].text(tried.values[g], tried.end));
  return fmt::format("{}", fmt::join(out, ", "));
}
/// The same of one goal alone, whose name was said.
std::string reached_again(const Solution& s, const Tried& tried) {
  if (!tried.refusal.empty()) return "refused";
  return s.goals.size() == 1 ? s.goals[0].text(tried.values[0], tried.end) : reached(s, tried);
}

Cell value_cell(const Goal& goal, double value) {
  if (!std::isfinite(value)) return {};
  return goal.kind == Goal::Kind::by ? Cell(Date{static_cast<int>(value)}) : Cell(value);
}

std::string percent(double share) {
  return fmt::format("{:g} %", std::round(share * 1e6) / 1e4);
}

std::string question_text(const Solution& s) {
  std::vector<std::string> keys, wanted;
  for (const Range& r : s.ranges) keys.push_back(fmt::format("{} from {} to {}", r.key, r.low, r.high));
  for (const Goal& goal : s.goals) wanted.push_back(goal.wanted());
  const std::string sure =
      s.question.sure
          ? fmt::format("{} sure in {} of {} trials, the same draws for every value (seed {}){}",
                        s.goals.size() == 1 ? "" : " each", percent(*s.question.sure), format_count(s.question.trials),
                        s.question.seed, s.question.independent ? ", every input drawn by itself" : "")
      : s.inputs > 0 ? fmt::format(" {} uncertain inputs at their medians", s.inputs)
                     : " no uncertain inputs";
  return fmt::format("Asked: {}; varied: {}; {}\n", fmt::join(wanted, ", and "), fmt::join(keys, ", and "),
                     sure.substr(sure.find_first_not_of(' ')));
}

/// "earlier by at least 67 days", "shorter by at least 7 days"; empty where the values that do it are none to an end.
std::string shift_bound(const Solution& s) {
  const Range& range = s.ranges[0];
  const std::size_t at = *s.found[0].at[0];
  const bool low = s.interval && s.interval->first == at && s.interval->second + 1 == range.size();
  const bool high = s.interval && s.interval->second == at && s.interval->first == 0;
  if (low == high || range.position(at) == 0) return "";
  const bool back = range.position(at) < 0;
  const char* way = range.of_date ? (back ? "earlier" : "later") : back ? "shorter" : "longer";
  const std::string text = range.text(at);
  return fmt::format("{} by at {} {}", way, high == back ? "least" : "most",
                     text.substr(text.find_first_of("0123456789")));
}

/// "of at least 642 chips/day", "not after 2024-03-01".
std::string bound_text(const Solution& s) {
  const Range& range = s.ranges[0];
  const std::size_t at = *s.found[0].at[0];
  if (const std::string by = range.kind == Range::Kind::shift ? shift_bound(s) : ""; !by.empty()) return by;
  const bool date = range.kind == Range::Kind::date;
  const std::string value = range.text(at);
  if (s.interval) {
    const auto [low, high] = *s.interval;
    if (low == at && high + 1 == range.size()) return (date ? "not before " : "of at least ") + value;
    if (high == at && low == 0) return (date ? "not after " : "of at most ") + value;
    if (low == at && high > low) return fmt::format("{}{} to {}", date ? "from " : "of ", value, range.text(high));
    if (high == at && high > low) return fmt::format("{}{} to {}", date ? "from " : "of ", range.text(low), value);
  }
  return (date ? "on " : "of ") + value;
}

std::string stands_text(const Range& range) {
  return range.stands.empty() || range.kind == Range::Kind::factor || range.kind == Range::Kind::shift
             ? "As it stands"
             : fmt::format("As it stands ({})", range.stands);
}

bool is_refused(const Change& change) {
  return !change.tried.refusal.empty();
}

/// Whether it is said of every value that none does it: where the outputs only rise or only fall and all were answered.
bool is_certain(const Solution& s) {
  return s.ranges.size() == 1 && s.monotone && std::none_of(s.tried.begin(), s.tried.end(), is_refused);
}

bool moves_nothing(const Solution& s) {
  return s.best && std::all_of(s.tried.begin(), s.tried.end(), [&](const Change& c) {
           return is_refused(c) || same_values(c.tried.values, s.best->tried.values);
         });
}

/// "at every value", or at those that were tried, or that could be read.
std::string at_every_value(const Solution& s) {
  const auto refused = std::find_if(s.tried.begin(), s.tried.end(), is_refused);
  if (refused == s.tried.end()) return is_certain(s) ? "at every value" : "at each of them";
  return fmt::format(
      "at every value that could be read ({} of {}; the others were refused: {})",
      format_count(static_cast<double>(std::count_if(s.tried.begin(), s.tried.end(), std::not_fn(is_refused)))),
      format_count(static_cast<double>(s.tried.size())),
      refused->tried.refusal.substr(0, refused->tried.refusal.rfind("; ")));
}

/// Where no value has as much as is asked for; each may have another amount.
std::string beyond_text(const Solution& s) {
  std::set<std::string> all;
  for (const Change& c : s.tried)
    if (!is_refused(c)) all.insert(c.tried.beyond);
  if (all.size() == 1) return *all.begin();
  const std::string& one = s.best->tried.beyond;
  const std::size_t at = one.find(" is more than ");
  return at == std::string::npos
             ? one
             : one.substr(0, at) + " is more than the scenario buys and rents at any of these values";
}

/// "The nearest is 20 chips/day: ...", unless what stands comes as near.
std::string nearest_text(const Solution& s) {
  const bool one = s.ranges.size() == 1;
  const std::string stands = one ? stands_text(s.ranges[0]) : "As it stands";
  if (s.stands_best && same_values(s.stands.values, s.best->tried.values))
    return fmt::format(" None comes nearer than what stands: {}.", reached(s, s.stands));
  std::vector<std::string> values;
  for (std::size_t k = 0; k < s.ranges.size(); ++k)
    values.push_back(one ? value_text(s.ranges[k], s.best->at[k])
                         : s.ranges[k].key + " " + value_text(s.ranges[k], s.best->at[k]));
  std::string text = s.stands_best
                         ? fmt::format(" None comes as near as what stands: {}. The nearest of them is {}: {}.",
                                       reached(s, s.stands), fmt::join(values, ", "), reached_again(s, s.best->tried))
                         : fmt::format(" The nearest is {}: {}.", fmt::join(values, ", "), reached(s, s.best->tried));
  if (!one) return text;
  if (!s.stands_best) text += fmt::format(" {} it is {}.", stands, reached_again(s, s.stands));
  const auto level = !s.monotone ? 0 : std::count_if(s.tried.begin(), s.tried.end(), [&](const Change& c) {
    return !is_refused(c) && same_values(c.tried.values, s.best->tried.values);
  });
  if (level > 1 && !s.stands_best)
    text += fmt::format(" {} of the {} values that were tried come to the same: more of it brings nothing more.", level,
                        s.tried.size());
  return text;
}

void say_no(Document& out, const Solution& s) {
  const bool one = s.ranges.size() == 1;
  const Range& range = s.ranges[0];
  const std::string count = format_count(static_cast<double>(s.tried.size()));
  std::string text =
      is_certain(s) ? fmt::format("The answer is no: no {} from {} to {} does it.", range.key, range.low, range.high)
      : one ? fmt::format("None of the {} values of {} from {} to {} that were tried does it.", count, range.key,
                          range.low, range.high)
            : fmt::format("None of the {} values of these keys together that were tried does it.", count);
  if (!moves_nothing(s)) {
    text += nearest_text(s);
  } else if (same_values(s.stands.values, s.best->tried.values)) {
    text += fmt::format(" {} nothing of it: {} {}.", one ? range.key + " moves" : "They move",
                        reached(s, s.best->tried), at_every_value(s));
  } else {
    text += fmt::format(" It is {} {}. {} it is {}.", reached(s, s.best->tried), at_every_value(s),
                        one ? stands_text(range) : "As it stands", reached_again(s, s.stands));
  }
  const Tried& best = s.best->tried;
  for (std::size_t g = 0; g < s.goals.size(); ++g)
    if (s.goals[g].kind == Goal::Kind::by && best.beyond.empty() && std::isinf(best.values[g]) &&
        best.end.days < s.goals[g].limit) {
      text += fmt::format(" The forecast ends on {}, before that day: a longer horizon says more.", best.end.text());
      break;
    }
  if (!s.best->tried.beyond.empty()) text += " " + beyond_text(s) + ".";
  else if (!s.held_back_by.empty()) text += fmt::format(" The scenario is then held back by {}.", s.held_back_by);
  out.say(text + "\n");
}

void say_one(Document& out, const Solution& s) {
  const Range& range = s.ranges[0];
  std::string text = fmt::format("{} {} does it: {}. {}: {}.", range.key, bound_text(s), reached(s, s.found[0].tried),
                                 stands_text(range), reached_again(s, s.stands));
  if (s.beside)
    text += fmt::format(" {} does not: {}.", range.text(*s.beside->at[0]), reached_again(s, s.beside->tried));
  if (s.interval && s.interval->first < *s.found[0].at[0] && *s.found[0].at[0] < s.interval->second)
    text += " It is a certain value in place of an uncertain one that does it.";
  out.say(text + "\n");
  out.say("Put back:\n" + put_back_lines(s, s.found[0]));
}

/// The names of goals as columns of a table, each once.
void add_goal_columns(Table& table, const Solution& s) {
  for (const Goal& goal : s.goals) {
    Column column = text_column(goal.output, goal.output);
    std::replace(column.key.begin(), column.key.end(), '/', '-');
    const auto taken = [&](const Column& c) { return c.key == column.key; };
    while (std::any_of(table.columns.begin(), table.columns.end(), taken)) column.key += "'";
    if (goal.kind != Goal::Kind::by) column.as = As::amount, column.dimension = goal.dimension;
    table.columns.push_back(std::move(column));
  }
}
void add_goal_cells(std::vector<Cell>& row, const Solution& s, const Tried& tried) {
  for (std::size_t g = 0; g < s.goals.size(); ++g) {
    Cell cell = value_cell(s.goals[g], tried.values[g]);
    cell.text = tried.refusal.empty() ? s.goals[g].text(tried.values[g], tried.end) : "refused";
    row.push_back(std::move(cell));
  }
}

/// Of the values that were tried some ten, the answer and its neighbour among them.
std::vector<const Change*> some_of(const Solution& s) {
  std::set<std::size_t> wanted;
  const std::size_t last = s.tried.size() - 1;
  const std::size_t least = *s.tried.front().at[0], most = *s.tried.back().at[0];
  for (std::size_t i = 0; i <= 8; ++i) {  // evenly by value: bisection crowds them
    const double at = static_cast<double>(least) + static_cast<double>(most - least) * static_cast<double>(i) / 8;
    std::size_t nearest = 0;
    for (std::size_t k = 0; k <= last; ++k)
      if (std::fabs(static_cast<double>(*s.tried[k].at[0]) - at) <
          std::fabs(static_cast<double>(*s.tried[nearest].at[0]) - at))
        nearest = k;
    wanted.insert(nearest);
  }
  for (std::size_t k = 0; k <= last; ++k) {
    const auto is = [&](const Change& c) { return c.at == s.tried[k].at; };
    if (std::any_of(s.found.begin(), s.found.end(), is) || (s.beside && is(*s.beside)) ||
        (s.best && !moves_nothing(s) && is(*s.best)))
      wanted.insert(k);
  }
  std::vector<const Change*> out;
  for (const std::size_t k : wanted) out.push_back(&s.tried[k]);
  return out;
}

void add_points(Document& out, const Solution& s) {
  Table shown{"", "Some of the values tried", {text_column("", s.ranges[0].key)}};
  add_goal_columns(shown, s);
  shown.columns.push_back(text_column("", "does it"));
  for (Column& column : shown.columns) column.key.clear(), column.as = As::text;
  shown.columns[0].as = As::text;
  if (!s.tried.empty())
    for (const Change* c : some_of(s)) {
      std::vector<Cell> row = {s.ranges[0].text(*c->at[0])};
      add_goal_cells(row, s, c->tried);
      row.emplace_back(c->tried.holds);
      shown.rows.push_back(std::move(row));
    }
  if (!shown.rows.empty()) out.add(std::move(shown));

  Table data{"points", "", {data_column("value"), data_column("set"), data_column("does_it"), data_column("refused")}};
  data.columns[3].optional = true;
  data.in_text = InText::never;
  add_goal_columns(data, s);
  for (const Change& c : s.tried) {
    if (s.ranges.size() != 1) break;
    const std::string value = s.ranges[0].text(*c.at[0]);
    std::vector<Cell> row = {value, s.ranges[0].key + "=" + value, c.tried.holds,
                             c.tried.refusal.empty() ? Cell() : Cell(c.tried.refusal)};
    add_goal_cells(row, s, c.tried);
    data.rows.push_back(std::move(row));
  }
  out.add(std::move(data));
}

void add_front(Document& out, const Solution& s) {
  Table shown{"", "The least changes that do it: no other does with less of each", {}};
  for (const Range& r : s.ranges) shown.columns.push_back(text_column("", r.key));
  add_goal_columns(shown, s);
  for (Column& column : shown.columns) column.key.clear(), column.as = As::text;
  Table data{"front", "", {}};
  data.in_text = InText::never;
  for (const Range& r : s.ranges) {
    data.columns.push_back(data_column(r.key));
    std::replace(data.columns.back().key.begin(), data.columns.back().key.end(), '/', '-');
  }
  data.columns.push_back(data_column("set"));
  add_goal_columns(data, s);
  for (const Change& c : s.found) {
    std::vector<Cell> row, values;
    for (std::size_t k = 0; k < s.ranges.size(); ++k) {
      row.push_back(value_text(s.ranges[k], c.at[k]));
      values.push_back(c.at[k] ? Cell(s.ranges[k].text(*c.at[k])) : Cell());
    }
    std::vector<Cell> sets;
    for (const std::string& set : sets_of(s, c)) sets.emplace_back(set);
    values.push_back(Value(std::move(sets)));
    add_goal_cells(row, s, c.tried), add_goal_cells(values, s, c.tried);
    shown.rows.push_back(std::move(row)), data.rows.push_back(std::move(values));
  }
  if (!shown.rows.empty()) out.add(std::move(shown));
  out.add(std::move(data));
}

void add_question(Document& out, const Solution& s) {
  Table vary{"question/vary", "", {data_column("key"), data_column("low"), data_column("high"), data_column("stands")}};
  vary.in_text = InText::never, vary.file = "-";
  for (const Range& r : s.ranges)
    vary.rows.push_back({r.key, r.low, r.high, r.stands.empty() ? Cell() : Cell(r.stands)});
  out.add(std::move(vary));
  Table goals{"question/goals", "", {data_column("output"), data_column("wanted"), data_column("limit")}};
  goals.in_text = InText::never, goals.file = "-";
  for (const Goal& goal : s.goals)
    goals.rows.push_back({goal.output,
                          goal.kind == Goal::Kind::by        ? "by"
                          : goal.kind == Goal::Kind::at_most ? "at most"
                                                             : "at least",
                          value_cell(goal, goal.limit)});
  out.add(std::move(goals));
  out.put("question/sure", s.question.sure ? Cell(*s.question.sure) : Cell());
  out.put("question/trials", s.question.sure ? s.question.trials : 0);
  out.put("question/seed", static_cast<double>(s.question.seed));
}

/// output, value of what came of one change.
Table reached_table(const char* key, const Solution& s, const Tried* tried) {
  Table t{key, "", {data_column("output"), data_column("value")}};
  t.in_text = InText::never, t.file = "-";
  for (std::size_t g = 0; tried && g < s.goals.size(); ++g)
    t.rows.push_back({s.goals[g].output, value_cell(s.goals[g], tried->values[g])});
  return t;
}

}  // namespace

Document document_of(const Solution& s) {
  Document out;
  out.title = s.title;
  out.say(s.title + "\n" + question_text(s) + "\n");
  const bool one = s.ranges.size() == 1, none = !s.stands.holds && s.found.empty();
  out.status = none;
  if (s.stands.holds) {
    out.say(fmt::format("It holds already, so that nothing need change: {}.\n", reached(s, s.stands)));
  } else if (none) {
    say_no(out, s);
  } else if (one) {
    say_one(out, s);
  } else {
    out.say(fmt::format("As it stands: {}.\n", reached(s, s.stands)));
  }
  add_question(out, s);
  out.put("holds_already", s.stands.holds);
  Table answer{"answer", "", {data_column("key"), data_column("value"), data_column("set")}};
  answer.in_text = InText::never;
  const Change* found = s.found.empty() ? nullptr : &s.found.front();
  for (std::size_t k = 0; one && found && k < s.ranges.size(); ++k) {
    const std::string value = s.ranges[k].text(*found->at[k]);
    answer.rows.push_back({s.ranges[k].key, value, s.ranges[k].key + "=" + value});
  }
  out.add(std::move(answer));
  out.add(reached_table("reached", s, s.stands.holds ? &s.stands : one && found ? &found->tried : nullptr));
  out.add(reached_table("as_it_stands", s, &s.stands));
  out.put("interval/low", s.interval ? Cell(s.ranges[0].text(s.interval->first)) : Cell());
  out.put("interval/high", s.interval ? Cell(s.ranges[0].text(s.interval->second)) : Cell());
  out.put("put_back", found ? Cell(put_back(s, *found)) : Cell());
  out.put("held_back_by", s.held_back_by.empty() ? Cell() : Cell(s.held_back_by));
  out.put("method", s.method.empty() ? Cell() : Cell(s.method));
  out.put("monotone", one && !s.stands.holds ? Cell(s.monotone) : Cell());
  out.put("runs", s.runs, "runs");
  if (!s.stands.holds) {
    std::string how = fmt::format("\nHow: {}; {} runs.", s.method, format_count(s.runs));
    const auto refused = std::find_if(s.tried.begin(), s.tried.end(), is_refused);
    if (one && refused != s.tried.end() && !(none && moves_nothing(s)))
      how +=
          fmt::format(" {} values are refused, {} so: {}.", std::count_if(s.tried.begin(), s.tried.end(), is_refused),
                      s.ranges[0].text(*refused->at[0]), refused->tried.refusal);
    out.say(how + "\n");
  }
  if (one) add_points(out, s);
  else add_front(out, s);
  if (!one && found) out.say("\nPut back, of the first row:\n" + put_back_lines(s, *found));
  return out;
}

}  // namespace orrery::study
