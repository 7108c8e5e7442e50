#include "study/solve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/parallel.h"
#include "base/units.h"

namespace orrery::study {
namespace {

constexpr std::size_t most_keys = 4;

/// How closely a range is searched.
struct Closeness {
  std::size_t looked = 65;    ///< values looked at before an output is taken to rise or fall throughout
  std::size_t scanned = 200;  ///< values of a scan
  std::size_t refined = 16;   ///< values looked at between the neighbours of the best of a scan, again and again
};
constexpr Closeness usual{}, in_trials{17}, in_front{9}, in_front_of_trials{5};
// Where each value asks the training model about large jobs anew, it takes a tenth of a second and more.
constexpr Closeness slow{9, 49, 6};

/// What every try shares.
struct Base {
  const scenario::Scenario& scenario;
  const catalog::Catalog& catalog;
  const Kind& kind;
  const Question& question;
  Study study;  ///< of the scenario as it is
  std::vector<Goal> goals;
  std::vector<Range> ranges;
  std::vector<bool> slow;  ///< whether the values of a range take long searches each
};

const Kind& kind_of(const scenario::Scenario& scenario, std::span<const Kind> kinds) {
  const auto it =
      std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return &kind.form() == scenario.form; });
  if (it == kinds.end()) throw Error({scenario.file}, "", "is of a kind that is not asked for here", "name another");
  return *it;
}

Study read_changed(const Base& b, const std::vector<std::string>& overrides, int threads) {
  scenario::Scenario changed = changed_scenario(b.scenario, overrides);
  changed.threads = threads;
  return study::read_changed(b.kind, b.study, changed, b.catalog);
}

/// The values of goals in a study, of which some may be out of its reach: no number that is.
Tried tried_in(const Base& b, const Study& study, const std::vector<bool>& beyond, int threads) {
  const Question& q = b.question;
  const Trials trials = run_trials(study.inputs, study.outputs.size(), study.trial,
                                   {q.sure ? q.trials : 0, q.seed, threads, nullptr, q.independent});
  Tried t;
  t.end = study.end, t.holds = true;
  for (std::size_t g = 0; g < b.goals.size(); ++g) {
    const Goal& goal = b.goals[g];
    const auto output = std::find_if(study.outputs.begin(), study.outputs.end(), [&](const Output& o) {
      return o.compared && o.name == goal.output && o.is_date == (goal.kind == Goal::Kind::by);
    });
    double value = std::nan("");
    if (beyond[g]) value = infinity;
    else if (output != study.outputs.end()) {
      const std::vector<double>& all = trials.values[static_cast<std::size_t>(output - study.outputs.begin())];
      // Sure of at least so much is sure that it is not less.
      const double share = !q.sure ? 0.5 : goal.kind == Goal::Kind::at_least ? 1 - *q.sure : *q.sure;
      const bool numbers = std::none_of(all.begin(), all.end(), [](double x) { return std::isnan(x); });
      value = !numbers ? std::nan("") : q.sure ? quantile(all, share) : all.front();
      if (goal.kind == Goal::Kind::by && std::isfinite(value))
        value = study.start.days + whole_day(std::max(0.0, value));
    }
    t.values.push_back(value);
    t.holds = t.holds && goal.holds(value);
  }
  return t;
}

/// Asks the study under overrides; never throws what its reader refuses.
Tried ask(const Base& b, const std::vector<std::string>& overrides, int threads) {
  std::vector<bool> beyond(b.goals.size());
  std::string why;
  // A level that is more than the scenario ever has is never reached.
  for (std::size_t attempt = 0; attempt <= b.goals.size(); ++attempt) {
    std::vector<std::string> all;
    for (std::size_t g = 0; g < b.goals.size(); ++g)
      if (!b.goals[g].set.empty() && !beyond[g]) all.push_back(b.goals[g].set);
    all.insert(all.end(), overrides.begin(), overrides.end());
    try {
      Tried tried = tried_in(b, read_changed(b, all, threads), beyond, threads);
      tried.beyond = why;
      return tried;
    } catch (const Error& error) {
      const auto of = std::find_if(b.goals.begin(), b.goals.end(), [&](const Goal& goal) {
        return error.key() == "milestone." + goal.output + ".usable" &&
               error.problem().find("more than") != std::string::npos;
      });
      if (of == b.goals.end() || beyond[static_cast<std::size_t>(of - b.goals.begin())]) {
        Tried refused;
        refused.values.assign(b.goals.size(), std::nan(""));
        refused.refusal = error.message();
        return refused;
      }
      beyond[static_cast<std::size_t>(of - b.goals.begin())] = true;
      why = error.problem();
    }
  }
  return {};
}

std::string override_of(const Range& range, std::size_t index) {
  return range.key + "=" + range.text(index);
}

/// So many indices of a range from its first to its last, evenly.
std::vector<std::size_t> spread(const Range& range, std::size_t count) {
  const double last = static_cast<double>(range.size() - 1);
  std::set<std::size_t> out;
  for (std::size_t i = 0; i < count; ++i)
    out.insert(static_cast<std::size_t>(std::llround(static_cast<double>(i) * last / static_cast<double>(count - 1))));
  return {out.begin(), out.end()};
}

/// Whether values of a range have their study search at length: two that are looked at then, so that nothing is lost.
bool is_slow(const Base& b, const Range& range) {
  if (!b.study.searched) return false;
  const std::size_t before = b.study.searched();
  const std::vector<std::size_t> looked = spread(range, slow.looked);
  for (const std::size_t k : {looked.size() / 3, looked.size() * 2 / 3}) {
    try {
      read_changed(b, {override_of(range, looked[k])}, b.question.threads);
    } catch (const Error&) {
      // What is refused takes no time; the search says why.
    }
  }
  return b.study.searched() > before;
}

/// A search along one range while the keys before it are held.
class Search {
 public:
  Search(const Base& b, std::size_t key, std::vector<std::string> held, const Closeness& close, int threads)
      : b_(b),
        range_(b.ranges[key]),
        held_(std::move(held)),
        close_(b.slow[key] ? slow : close),
        threads_(threads),
        one_by_one_(b.slow[key]) {}

  struct Result {
    Tried stands;
    bool monotone = false;
    std::string method;
    std::optional<std::size_t> found, beside;
    std::optional<std::pair<std::size_t, std::size_t>> interval;
  };

  std::map<std::size_t, Tried> tried;  ///< by index
  int runs = 0;

  Result least() {
    Result r;
    r.stands = ask(b_, held_, threads_), ++runs;
    if (r.stands.holds) return r;
    const std::vector<std::size_t> looked = spread(range_, close_.looked);
    answer(looked);
    r.monotone = monotone(looked);
    if (r.monotone) r.interval = interval(looked);
    if (r.interval) r.found = nearest(r.interval->first, r.interval->second);
    r.method = fmt::format("bisection between {} values, over which {}", looked.size(),
                           b_.goals.size() == 1 ? "it only rises or only falls" : "each only rises or only falls");
    if (!r.monotone) {
      scan(r);
      r.method = fmt::format(
          "not monotone: scanned at {} values, then {}", spread(range_, close_.scanned).size(),
          refined_ ? "more and more closely about the best of them" : "bisected beside the nearest that does it");
    }
    if (r.found) beside(r);
    return r;
  }

 private:
  const Base& b_;
  const Range& range_;
  std::vector<std::string> held_;
  const Closeness close_;
  int threads_;
  const bool one_by_one_;
  bool refined_ = false;

  /// Where what stands lies; without a value LOW, which is then the first to be tried.
  double origin() const { return range_.in_force.value_or(range_.position(0)); }

  void answer(std::vector<std::size_t> indices) {
    std::erase_if(indices, [&](std::size_t i) { return tried.contains(i); });
    std::vector<Tried> out(indices.size());
    const auto at = [&](std::size_t k, int threads) {
      std::vector<std::string> overrides = held_;
      overrides.push_back(override_of(range_, indices[k]));
      out[k] = ask(b_, overrides, threads);
    };
    // Long searches have threads of their own, and one at a time.
    if (indices.size() == 1 || one_by_one_)
      for (std::size_t k = 0; k < indices.size(); ++k) at(k, threads_);
    else
      parallel_for(indices.size(), threads_, 1, [&](std::size_t first, std::size_t last, int) {
        for (std::size_t k = first; k < last; ++k) at(k, 1);
      });
    for (std::size_t k = 0; k < indices.size(); ++k) tried.emplace(indices[k], std::move(out[k]));
    runs += static_cast<int>(indices.size());
  }

  const Tried& at(std::size_t index) {
    if (!tried.contains(index)) answer({index});
    return tried.at(index);
  }

  /// Whether the values that were answered stand together and each goal's output rises or falls over them.
  bool monotone(const std::vector<std::size_t>& looked) {
    int changes = 0;
    for (std::size_t i = 1; i < looked.size(); ++i)
      changes += at(looked[i]).refusal.empty() != at(looked[i - 1]).refusal.empty();
    const bool ends = at(looked.front()).refusal.empty() || at(looked.back()).refusal.empty();
    if (changes > 2 || (changes == 2 && ends)) return false;
    for (std::size_t g = 0; g < b_.goals.size(); ++g) {
      bool rises = false, falls = false;
      std::optional<double> before;
      for (const std::size_t i : looked) {
        if (!at(i).refusal.empty()) continue;
        const double value = at(i).values[g];
        if (std::isnan(value)) return false;
        const double rounding = before && std::isfinite(*before) ? 1e-12 * std::fabs(*before) : 0;
        if (before && value > *before + rounding) rises = true;
        if (before && value < *before - rounding) falls = true;
        before = value;
      }
      if (rises && falls) return false;
    }
    return true;
  }

  /// The first index from which on pass is as at b, between a and b, which differ in it.
  template <class Pass>
  std::size_t bisect(std::size_t a, std::size_t b, Pass pass) {
    const bool wanted = pass(at(b));
    while (b > a ? b - a > 1 : a - b > 1) {
      const std::size_t middle = a < b ? a + (b - a) / 2 : b + (a - b) / 2;
      (pass(at(middle)) == wanted ? b : a) = middle;
    }
    return b;
  }

  /// The indices at which all goals hold, where each output is monotone: the part that their intervals share.
  std::optional<std::pair<std::size_t, std::size_t>> interval(const std::vector<std::size_t>& looked) {
    std::size_t low = 0, high = range_.size() - 1;
    const auto narrow = [&](auto pass) {
      const auto first = std::find_if(looked.begin(), looked.end(), [&](std::size_t i) { return pass(at(i)); });
      if (first == looked.end()) return false;
      const auto after = std::find_if_not(first, looked.end(), [&](std::size_t i) { return pass(at(i)); });
      if (first != looked.begin()) low = std::max(low, bisect(*(first - 1), *first, pass));
      if (after != looked.end()) high = std::min(high, bisect(*after, *(after - 1), pass));
      return true;
    };
    if (!narrow([](const Tried& t) { return t.refusal.empty(); })) return std::nullopt;
    // What is refused does not bound a goal: it bounds by itself.
    for (std::size_t g = 0; g < b_.goals.size(); ++g)
      if (!narrow([&](const Tried& t) { return !t.refusal.empty() || b_.goals[g].holds(t.values[g]); }))
        return std::nullopt;
    if (low > high || !at(low).holds || !at(high).holds) return std::nullopt;
    return std::pair(low, high);
  }

  /// Of the indices from low to high the one nearest to what stands.
  std::size_t nearest(std::size_t low, std::size_t high) {
    if (origin() <= range_.position(low)) return low;
    if (origin() >= range_.position(high)) return high;
    return std::clamp(range_.nearest(origin()), low, high);
  }

  double distance(std::size_t index) const {
    const double from = origin();
    return std::isinf(from) ? (from > 0 ? -range_.position(index) : range_.position(index))
                            : std::fabs(range_.position(index) - from);
  }

  void scan(Result& r) {
    const std::vector<std::size_t> all = spread(range_, close_.scanned);
    // Trials take their time: of what was looked at, the nearest that does it bounds what need be scanned.
    std::optional<double> bound;
    for (const auto& [i, t] : tried)
      if (t.holds && (!bound || distance(i) < *bound)) bound = distance(i);
    std::vector<std::size_t> wanted;
    for (const std::size_t i : all)
      if (!bound || distance(i) <= *bound) wanted.push_back(i);
    answer(wanted);
    if (std::none_of(tried.begin(), tried.end(), [](const auto& t) { return t.second.holds; })) refine();
    std::vector<std::size_t> known;
    for (const auto& [i, t] : tried) known.push_back(i);
    const auto consider = [&](std::size_t i) {
      if (!r.found || distance(i) < distance(*r.found)) r.found = i;
    };
    // The nearest on either side, moved towards what stands as far as it goes.
    for (std::size_t k = 0; k < known.size(); ++k) {
      if (!at(known[k]).holds) continue;
      std::size_t from = known[k];
      const bool above = range_.position(from) > origin();
      if (above && k > 0 && !at(known[k - 1]).holds) from = bisect_towards(known[k - 1], from);
      if (!above && k + 1 < known.size() && !at(known[k + 1]).holds) from = bisect_towards(known[k + 1], from);
      consider(from);
    }
  }

  /// Looks between the neighbours of the best value, then between the best one's of those, until none are left or one
  /// does it: what turns between two values of a scan may do it there.
  void refine() {
    for (int round = 0; round < 40; ++round) {
      auto best = tried.end();
      for (auto it = tried.begin(); it != tried.end(); ++it) {
        if (!it->second.refusal.empty()) continue;
        const auto rank = [&](auto t) { return std::pair(shortfall(t->second.values, b_.goals), distance(t->first)); };
        if (best == tried.end() || rank(it) < rank(best)) best = it;
      }
      if (best == tried.end() || best->second.holds) return;
      const std::size_t low = best == tried.begin() ? best->first : std::prev(best)->first;
      const std::size_t high = std::next(best) == tried.end() ? best->first : std::next(best)->first;
      std::vector<std::size_t> between;
      for (std::size_t k = 1; k <= close_.refined; ++k) {
        const std::size_t i =
            low + static_cast<std::size_t>(std::llround(static_cast<double>(high - low) * static_cast<double>(k) /
                                                        static_cast<double>(close_.refined + 1)));
        if (!tried.contains(i) && (between.empty() || between.back() != i)) between.push_back(i);
      }
      if (between.empty()) return;
      refined_ = true;
      answer(between);
    }
  }

  std::size_t bisect_towards(std::size_t fails, std::size_t holds) {
    return bisect(fails, holds, [](const Tried& t) { return t.holds; });
  }

  /// What was tried beside the answer, towards what stands, where that does not do it: a step away after a bisection.
  void beside(Result& r) {
    const auto here = tried.find(*r.found);
    auto next = here;
    if (origin() < range_.position(*r.found) && here != tried.begin()) --next;
    else if (origin() > range_.position(*r.found)) ++next;
    if (next != here && next != tried.end() && !next->second.holds) r.beside = next->first;
  }
};

/// How far a change moves each key.
std::vector<double> distances(const std::vector<Range>& ranges, const Change& change) {
  std::vector<double> out;
  for (std::size_t k = 0; k < ranges.size(); ++k) {
    const Range& r = ranges[k];
    const double origin = r.in_force.value_or(r.position(0));
    const double from = std::isfinite(origin) ? origin : r.position(origin > 0 ? r.size() - 1 : 0);
    // A change is one, however near it comes.
    out.push_back(!change.at[k] ? 0 : std::max(1e-300, std::fabs(r.position(*change.at[k]) - from)));
  }
  return out;
}

/// How far a change moves all keys together, each as a share of its range.
double moved(const std::vector<Range>& ranges, const Change& change) {
  const std::vector<double> by = distances(ranges, change);
  double sum = 0;
  for (std::size_t k = 0; k < ranges.size(); ++k)
    sum += by[k] / (ranges[k].position(ranges[k].size() - 1) - ranges[k].position(0));
  return sum;
}

/// What comes nearest where nothing does it: the least that falls short; of what comes to the same, what has as much as
/// is asked for, then the least change.
std::optional<Change> best_of(const std::vector<Change>& all, const Base& b) {
  const auto better = [&](const Change& c, const Change& than) {
    if (!same_values(c.tried.values, than.tried.values))
      return shortfall(c.tried.values, b.goals) < shortfall(than.tried.values, b.goals);
    const auto rank = [&](const Change& x) { return std::pair(!x.tried.beyond.empty(), moved(b.ranges, x)); };
    return rank(c) < rank(than);
  };
  const Change* best = nullptr;
  for (const Change& c : all)
    if (c.tried.refusal.empty() && (!best || better(c, *best))) best = &c;
  return best ? std::optional(*best) : std::nullopt;
}

/// What a forecast says that holds it back, at the medians.
std::string held_back(const Base& b, const std::vector<std::string>& overrides) {
  const Study study = read_changed(b, overrides, b.question.threads);
  if (!study.answer) return "";
  const Document document =
      study.answer(run_trials(study.inputs, study.outputs.size(), study.trial, {0, 1, b.question.threads, nullptr}));
  for (const Block& block : document.blocks)
    if (const auto* scalar = std::get_if<Scalar>(&block); scalar && scalar->column.key == "headline/held_back_by")
      if (const auto* text = std::get_if<std::string>(&scalar->cell.value)) return *text;
  return "";
}

std::vector<std::string> overrides_of(const std::vector<Range>& ranges, const Change& change) {
  std::vector<std::string> out;
  for (std::size_t k = 0; k < ranges.size(); ++k)
    if (change.at[k]) out.push_back(override_of(ranges[k], *change.at[k]));
  return out;
}

void solve_one(const Base& b, Solution& s) {
  Search search(b, 0, {}, b.question.sure ? in_trials : usual, b.question.threads);
  const Search::Result r = search.least();
  s.stands = r.stands, s.monotone = r.monotone, s.interval = r.interval, s.method = r.method, s.runs = search.runs;
  for (const auto& [i, t] : search.tried) s.tried.push_back({{i}, t});
  if (r.found) s.found.push_back({{*r.found}, search.tried.at(*r.found)});
  if (r.beside) s.beside = Change{{*r.beside}, search.tried.at(*r.beside)};
}

/// The changes of keys from `key` on that do it while those before are held, and how many values were tried.
struct Fronts {
  std::vector<Change> found, failed;
  int runs = 0;
  Tried stands;
};

Fronts front_of(const Base& b, std::size_t key, const Change& held, int threads) {
  Fronts out;
  const Range& range = b.ranges[key];
  Search search(b, key, overrides_of(b.ranges, held), b.question.sure ? in_front_of_trials : in_front, threads);
  const Search::Result alone = search.least();
  out.runs = search.runs, out.stands = alone.stands;
  const auto with = [&](std::optional<std::size_t> at, Tried tried) {
    Change change = held;
    change.at[key] = at, change.tried = std::move(tried);
    return change;
  };
  if (alone.stands.holds) {
    out.found.push_back(with(std::nullopt, alone.stands));
    return out;
  }
  for (const auto& [i, t] : search.tried) out.failed.push_back(with(i, t));
  if (alone.found) out.found.push_back(with(*alone.found, search.tried.at(*alone.found)));
  if (key + 1 == b.ranges.size()) return out;

  // The others at this key as it stands, and at values up to the one at which they need not change.
  const bool few = b.question.sure || b.slow[key];
  const std::size_t count = b.ranges.size() == 2   ? (few ? 6 : 13)
                            : b.ranges.size() == 3 ? (few ? 4 : 6)
                                                   : (few ? 3 : 4);
  const double origin = range.in_force.value_or(range.position(0));
  std::vector<std::optional<std::size_t>> values = {std::nullopt};
  std::set<std::size_t> chosen;
  const std::size_t low = 0, high = range.size() - 1;
  std::size_t from = low, to = high;
  if (alone.found) {
    const std::size_t stands = range.nearest(std::clamp(origin, range.position(low), range.position(high)));
    from = std::min(stands, *alone.found), to = std::max(stands, *alone.found);
  }
  for (std::size_t k = 0; k <= count; ++k)
    chosen.insert(from + static_cast<std::size_t>(std::llround(static_cast<double>(to - from) * static_cast<double>(k) /
                                                               static_cast<double>(count))));
  if (alone.found) chosen.erase(*alone.found);
  for (const std::size_t i : chosen)
    if (range.position(i) != origin) values.emplace_back(i);
  std::vector<Fronts> below(values.size());
  const bool outer = key == 0 && std::none_of(b.slow.begin(), b.slow.end(), [](bool s) { return s; });
  parallel_for(values.size(), outer ? threads : 1, 1, [&](std::size_t first, std::size_t last, int) {
    for (std::size_t v = first; v < last; ++v)
      below[v] = front_of(b, key + 1, with(values[v], {}), outer ? 1 : threads);
  });
  const auto join = [&](const Fronts& f) {
    out.found.insert(out.found.end(), f.found.begin(), f.found.end());
    out.failed.insert(out.failed.end(), f.failed.begin(), f.failed.end());
    out.runs += f.runs;
  };
  std::map<std::size_t, bool> does;  // by index, whether the others can follow there
  for (std::size_t v = 0; v < values.size(); ++v) {
    join(below[v]);
    if (values[v]) does[*values[v]] = !below[v].found.empty();
  }
  if (alone.found) does[*alone.found] = true;
  // Where the others follow from some value on, that is the end of the front: it is moved towards what stands.
  if (below.front().found.empty())
    for (const bool above : {false, true}) {
      std::optional<std::size_t> fails, holds;
      const auto step = [&](std::size_t i, bool yes) {
        if (holds || (range.position(i) > origin) != above) return;
        (yes ? holds : fails) = i;
      };
      if (above)
        for (const auto& [i, yes] : does) step(i, yes);
      else
        for (auto it = does.rbegin(); it != does.rend(); ++it) step(it->first, it->second);
      if (!holds || !fails) continue;
      for (int halvings = few ? 3 : 7; halvings > 0; --halvings) {
        const std::size_t middle = (*fails + *holds) / 2;
        if (middle == *fails || middle == *holds) break;
        const Fronts f = front_of(b, key + 1, with(middle, {}), threads);
        join(f);
        (f.found.empty() ? fails : holds) = middle;
      }
    }
  return out;
}

void solve_front(const Base& b, Solution& s) {
  Change held;
  held.at.resize(b.ranges.size());
  Fronts all = front_of(b, 0, held, b.question.threads);
  s.runs = all.runs, s.stands = all.stands;
  s.method =
      "the least of each key by bisection where it is monotone, else by a scan, for values of the keys before it";
  if (s.stands.holds) return;
  const auto beats = [](const std::vector<double>& x, const std::vector<double>& y) {
    bool less = false;
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (x[k] > y[k]) return false;
      less = less || x[k] < y[k];
    }
    return less;
  };
  std::vector<std::pair<std::vector<double>, Change>> sorted;
  for (Change& c : all.found) sorted.emplace_back(distances(b.ranges, c), std::move(c));
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const bool same = i > 0 && sorted[i].second.at == sorted[i - 1].second.at;
    if (!same &&
        std::none_of(sorted.begin(), sorted.end(), [&](const auto& x) { return beats(x.first, sorted[i].first); }))
      s.found.push_back(sorted[i].second);
  }
  if (s.found.empty()) s.tried = std::move(all.failed);
}

}  // namespace

Solution solve(const scenario::Scenario& scenario, const catalog::Catalog& catalog, std::span<const Kind> kinds,
               const Question& question) {
  if (question.vary.empty())
    throw Error(Place{"--vary"}, "", "is missing: nothing may change",
                "write --vary order.first.rate=\"300 chips/day..1200 chips/day\"");
  if (question.vary.size() > most_keys)
    throw Error(Place{"--vary"}, "", fmt::format("names {} keys", question.vary.size()),
                fmt::format("vary at most {} at a time", most_keys));
  if (question.sure && (1 - *question.sure) * question.trials < 1 - 1e-9) {
    const double needed = std::ceil(1 / (1 - *question.sure) - 1e-6);
    throw Error(Place{"--at"}, "",
                fmt::format("asks for p{:.12g} of {} trials, of which none is beyond it", *question.sure * 100,
                            format_count(question.trials)),
                needed <= 1e6 ? fmt::format("write --trials {:.0f} or more", needed) : "write one such as p90 or p99");
  }
  const Kind& kind = kind_of(scenario, kinds);
  Base b{scenario, catalog, kind, question, kind.read(scenario, catalog), {}, {}, {}};
  b.goals = read_goals(question.goals, scenario, b.study);
  for (const std::string& text : question.vary) {
    Range range = read_range(text, scenario, b.study);
    for (const Range& had : b.ranges)
      if (had.key == range.key)
        throw Error(Place{"--vary"}, range.key, "is varied twice", "give one range for each key");
    b.ranges.push_back(std::move(range));
  }

  Solution s;
  s.title = b.study.title, s.question = question, s.ranges = b.ranges, s.goals = b.goals;
  s.inputs = b.study.inputs.size();
  for (const Range& range : b.ranges) b.slow.push_back(is_slow(b, range));
  if (b.ranges.size() == 1) solve_one(b, s);
  else solve_front(b, s);
  if (s.stands.holds || !s.found.empty()) return s;
  s.best = best_of(s.tried, b);
  if (!s.best) {
    const auto refused =
        std::find_if(s.tried.begin(), s.tried.end(), [](const Change& c) { return !c.tried.refusal.empty(); });
    if (refused != s.tried.end())
      throw Error(
          Place{"--vary"}, b.ranges[0].key,
          "has no value that can be read: " + refused->tried.refusal.substr(0, refused->tried.refusal.rfind("; ")),
          "name another range, or factors such as x0.5..x2");
  } else {
    s.stands_best =
        s.stands.refusal.empty() && (same_values(s.stands.values, s.best->tried.values) ||
                                     shortfall(s.stands.values, b.goals) < shortfall(s.best->tried.values, b.goals));
    s.held_back_by = held_back(b, overrides_of(b.ranges, *s.best));
  }
  return s;
}

}  // namespace orrery::study
