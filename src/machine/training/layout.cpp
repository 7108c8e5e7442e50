#include "machine/training/layout.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <functional>
#include <set>
#include <tuple>
#include <vector>

#include "base/error.h"

namespace orrery::training {

namespace {

/// A choice and its name, in the order people are told of them.
template <class E>
using Names = std::vector<std::pair<E, std::string>>;

const Names<Task> tasks = {{Task::pretrain, "pretrain"}, {Task::finetune, "finetune"}, {Task::lora, "lora"}};
const Names<Recompute> recomputes = {
    {Recompute::none, "none"}, {Recompute::selective, "selective"}, {Recompute::full, "full"}};
const Names<ContextExchange> contexts = {{ContextExchange::ring, "ring"},
                                         {ContextExchange::all_gather, "all-gather"},
                                         {ContextExchange::ulysses, "ulysses"}};
const Names<Sharding> shardings = {{Sharding::none, "none"},
                                   {Sharding::optimizer, "optimizer"},
                                   {Sharding::gradients, "gradients"},
                                   {Sharding::full, "full"}};
const Names<Schedule> schedules = {{Schedule::one_f_one_b, "1f1b"},
                                   {Schedule::gpipe, "gpipe"},
                                   {Schedule::zero_bubble, "zero-bubble"},
                                   {Schedule::dualpipe, "dualpipe"}};

template <class E>
std::string name_of(const Names<E>& names, E wanted) {
  for (const auto& [value, name] : names)
    if (value == wanted) return name;
  return "";
}

template <class E>
std::optional<E> named(const Names<E>& names, std::string_view wanted) {
  for (const auto& [value, name] : names)
    if (name == wanted) return value;
  return std::nullopt;
}

/// "none, selective or full".
template <class E>
std::string listed(const Names<E>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += (i == 0 ? "" : i + 1 < names.size() ? ", " : " or ") + names[i].second;
  return out;
}

}  // namespace

std::vector<double> divisors(double n) {
  std::vector<double> out, upper;
  for (double d = 1; d * d <= n; ++d) {
    if (std::fmod(n, d) != 0) continue;
    out.push_back(d);
    if (d * d < n) upper.push_back(n / d);
  }
  out.insert(out.end(), upper.rbegin(), upper.rend());
  return out;
}

std::string recompute_name(Recompute r) {
  return name_of(recomputes, r);
}
std::string context_name(ContextExchange c) {
  return name_of(contexts, c);
}
std::string sharding_name(Sharding s) {
  return name_of(shardings, s);
}
std::string schedule_name(Schedule s) {
  return name_of(schedules, s);
}

Task parse_task(std::string_view text) {
  if (const auto task = named(tasks, text)) return *task;
  std::vector<std::string> known;
  for (const auto& [value, name] : tasks) known.push_back(name);
  throw Error({}, "task", "nothing is called " + in_quotes(text), suggest(text, known, listed(tasks)));
}

Schedule parse_schedule(std::string_view text) {
  if (const auto schedule = named(schedules, text)) return *schedule;
  throw Error({}, "schedule", "nothing is called " + in_quotes(text), "a schedule is " + listed(schedules));
}

namespace {

/// One KEY=VALUE of a layout as written.
struct LayoutItem {
  std::string text, key, value;

  [[noreturn]] void refuse(const std::string& remedy) const {
    throw Error({}, "layout", in_quotes(text) + " cannot be used", remedy);
  }
  int count() const {
    int n = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error != std::errc{} || end != value.data() + value.size() || n < 1 || n > 1000000)
      refuse("write " + key + "=N with N from 1");
    return n;
  }
  bool flag() const {
    if (value != "on" && value != "off") refuse("write " + key + "=on or " + key + "=off");
    return value == "on";
  }
  template <class E>
  E choice(const Names<E>& names) const {
    const auto chosen = named(names, value);
    if (!chosen) refuse(key + " is " + listed(names));
    return *chosen;
  }
};

using Setter = std::function<void(Layout&, const LayoutItem&)>;

const std::vector<std::pair<std::string, Setter>> layout_keys = {
    {"tp", [](Layout& l, const LayoutItem& i) { l.tp = i.count(); }},
    {"pp", [](Layout& l, const LayoutItem& i) { l.pp = i.count(); }},
    {"vp", [](Layout& l, const LayoutItem& i) { l.vp = i.count(); }},
    {"cp", [](Layout& l, const LayoutItem& i) { l.cp = i.count(); }},
    {"cp_kind", [](Layout& l, const LayoutItem& i) { l.context = i.choice(contexts); }},
    {"ep", [](Layout& l, const LayoutItem& i) { l.ep = i.count(); }},
    {"etp", [](Layout& l, const LayoutItem& i) { l.etp = i.count(); }},
    {"mbs", [](Layout& l, const LayoutItem& i) { l.micro_batch = i.count(); }},
    {"shard", [](Layout& l, const LayoutItem& i) { l.sharding = i.choice(shardings); }},
    {"shard_group", [](Layout& l, const LayoutItem& i) { l.shard_group = i.count(); }},
    {"recompute", [](Layout& l, const LayoutItem& i) { l.recompute = i.choice(recomputes); }},
    {"recompute_layers", [](Layout& l, const LayoutItem& i) { l.recompute_layers = i.count(); }},
    {"sp", [](Layout& l, const LayoutItem& i) { l.sequence_parallel = i.flag(); }},
    {"schedule", [](Layout& l, const LayoutItem& i) { l.schedule = i.choice(schedules); }},
    {"offload", [](Layout& l, const LayoutItem& i) { l.offload_activations = i.flag(); }},
    {"offload_optimizer", [](Layout& l, const LayoutItem& i) { l.offload_optimizer = i.flag(); }},
};

}  // namespace

Layout parse_layout(std::string_view text) {
  Layout layout;
  std::set<std::string> given;
  for (std::size_t at = 0; at <= text.size();) {
    const auto stop = std::min(text.find_first_of(", ", at), text.size());
    LayoutItem item{std::string(text.substr(at, stop - at)), "", ""};
    // A blank may follow a comma.
    at = stop + 1;
    if (stop < text.size() && text[stop] == ',' && at < text.size() && text[at] == ' ') ++at;
    if (item.text.empty())
      throw Error({}, "layout", in_quotes(text) + " holds an empty item", "write KEY=VALUE between commas");
    const auto equals = item.text.find('=');
    item.key = item.text.substr(0, equals);
    if (equals != std::string::npos) item.value = item.text.substr(equals + 1);
    if (!given.insert(item.key).second)
      throw Error({}, "layout", in_quotes(item.text) + " is given twice", "keep one of them");
    std::vector<std::string> known;
    const Setter* set = nullptr;
    for (const auto& [key, setter] : layout_keys) {
      known.push_back(key);
      if (key == item.key) set = &setter;
    }
    if (set == nullptr) item.refuse(suggest(item.key, known, fmt::format("keys: {}", fmt::join(known, " "))));
    (*set)(layout, item);
  }
  for (const auto& [key, of, ranks] : {std::tuple{"cp_kind", "cp", layout.cp}, {"sp", "tp", layout.tp}})
    if (ranks == 1 && given.contains(key))
      throw Error({}, "layout", fmt::format("{} says nothing with {} = 1", key, of),
                  fmt::format("add {}=2 or more, or leave it out", of));
  return layout;
}

double data_parallel(const Machine& m, const Layout& l) {
  return m.accelerators / (static_cast<double>(l.tp) * l.pp * l.cp);
}

double expert_data_parallel(const Machine& m, const Layout& l) {
  return std::max(m.accelerators / (static_cast<double>(l.pp) * l.ep * l.etp), 1.0);
}

double microbatches(const Job& j, const Machine& m, const Layout& l) {
  return j.global_batch / (data_parallel(m, l) * l.micro_batch);
}

namespace {

bool whole(double x) {
  return x >= 1 && std::abs(x - std::round(x)) < 1e-9;
}

/// The divisors of n next to x on either side, "2 or 4".
std::string nearest_divisors(double n, double x) {
  double below = 0, above = 0;
  for (const double d : divisors(n)) {
    if (d < x) below = d;
    if (d > x && above == 0) above = d;
  }
  if (below > 0 && above > 0) return fmt::format("{:.0f} or {:.0f}", below, above);
  return fmt::format("{:.0f}", below > 0 ? below : above);
}

std::optional<Illegality> divides(double total, double part, const char* key, const char* what, bool explain) {
  if (part >= 1 && std::fmod(total, part) == 0) return std::nullopt;
  if (!explain) return Illegality{key, {}, {}};
  return Illegality{key, fmt::format("{:.0f} {} do not divide by {} = {:.0f}", total, what, key, part),
                    fmt::format("{} = {} would", key, nearest_divisors(total, part))};
}

}  // namespace

std::optional<Illegality> illegality(const Job& j, const Machine& m, const Layout& l, bool explain) {
  const model::Architecture& a = j.model;
  for (const auto& [key, value] : {std::pair<const char*, int>{"tp", l.tp},
                                   {"pp", l.pp},
                                   {"vp", l.vp},
                                   {"cp", l.cp},
                                   {"ep", l.ep},
                                   {"etp", l.etp}})
    if (value < 1)
      return Illegality{key, fmt::format("{} = {} is below 1", key, value), fmt::format("{} = 1 is the least", key)};
  for (const model::Layer& kind : a.kinds) {
    for (const model::Mixer* x : {&kind.mixer, &kind.beside})
      if (x->heads > 0)
        if (auto bad = divides(static_cast<double>(x->heads), l.tp, "tp", "heads", explain)) return bad;
    if (kind.mlp.width > 0)
      if (auto bad = divides(static_cast<double>(kind.mlp.width), l.tp, "tp", "MLP columns", explain)) return bad;
  }
  // Embedding and head may stand in chunks of their own.
  if (static_cast<double>(a.layers) + 2 < static_cast<double>(l.pp) * l.vp) {
    if (!explain) return Illegality{l.vp > 1 ? "vp" : "pp", {}, {}};
    return Illegality{l.vp > 1 ? "vp" : "pp",
                      fmt::format("{} layers, the embedding and the head do not fill {} pipeline stages", a.layers,
                                  std::int64_t{l.pp} * l.vp),
                      fmt::format("pp x vp of at most {} would", a.layers + 2)};
  }
  if (l.vp > 1 && l.pp == 1) return Illegality{"vp", "virtual stages need a pipeline", "vp = 1 would"};
  if (auto bad =
          divides(m.accelerators, static_cast<double>(l.tp) * l.pp * l.cp, "tp x pp x cp", "accelerators", explain))
    return bad;
  if (const model::Layer* mixture = a.mixture()) {
    if (auto bad = divides(static_cast<double>(mixture->mlp.experts), l.ep, "ep", "experts", explain)) return bad;
    if (auto bad =
            divides(static_cast<double>(mixture->mlp.expert_width), l.etp, "etp", "columns of an expert", explain))
      return bad;
    // Expert groups are cut from the ranks of one pipeline stage.
    if (auto bad = divides(m.accelerators / l.pp, static_cast<double>(l.ep) * l.etp, l.etp > 1 ? "ep x etp" : "ep",
                           "accelerators of a stage", explain))
      return bad;
  } else if (l.ep > 1 || l.etp > 1) {
    return Illegality{l.ep > 1 ? "ep" : "etp", "a dense model has no experts to spread",
                      l.ep > 1 ? "ep = 1 would" : "etp = 1 would"};
  }
  if (std::fmod(j.sequence, 2.0 * l.cp) != 0 && l.cp > 1) {
    if (!explain) return Illegality{"cp", {}, {}};
    return Illegality{"cp", fmt::format("a sequence of {:.0f} does not divide by 2 cp = {}", j.sequence, 2 * l.cp),
                      fmt::format("cp = {} would", nearest_divisors(std::floor(j.sequence / 2), l.cp))};
  }
  if (l.context == ContextExchange::ulysses)
    for (const model::Layer& kind : a.kinds)
      if (kind.mixer.heads > 0)
        if (auto bad = divides(static_cast<double>(kind.mixer.heads) / l.tp, l.cp, "cp",
                               "heads of a tensor-parallel rank", explain))
          return bad;
  if (l.shard_group > 0) {
    if (l.sharding != Sharding::full)
      return Illegality{"shard_group", "only full sharding has a group of its own", "shard = full would"};
    if (auto bad = divides(data_parallel(m, l) * l.cp, l.shard_group, "shard_group", "data-parallel ranks", explain))
      return bad;
  }
  if (l.recompute_layers > 0) {
    if (l.recompute != Recompute::full)
      return Illegality{"recompute_layers", "only full recomputation counts layers", "recompute = full would"};
    const std::int64_t most = (a.layers + l.pp * l.vp - 1) / (l.pp * l.vp);
    if (l.recompute_layers > most)
      return Illegality{"recompute_layers",
                        fmt::format("{} layers are more than the {} of a stage", l.recompute_layers, most),
                        fmt::format("recompute_layers = {} would", most)};
  }
  const double m_count = microbatches(j, m, l);
  if (!whole(m_count)) {
    if (!explain) return Illegality{"batch", {}, {}};
    const double unit = data_parallel(m, l) * l.micro_batch;
    const double low = std::floor(m_count) * unit, high = std::ceil(m_count) * unit;
    std::string remedy = low > 0 ? fmt::format("a batch of {:.0f} or {:.0f} would", low, high)
                                 : fmt::format("a batch of {:.0f} would", high);
    const double share = j.global_batch / data_parallel(m, l);
    if (whole(share)) remedy += fmt::format(", or mbs = {}", nearest_divisors(share, l.micro_batch));
    return Illegality{
        "batch",
        fmt::format("a global batch of {:.0f} does not divide by dp x micro-batch = {:.0f}", j.global_batch, unit),
        remedy};
  }
  const bool splits = l.schedule == Schedule::zero_bubble || l.schedule == Schedule::dualpipe;
  if (splits && l.pp == 1)
    return Illegality{"schedule", schedule_name(l.schedule) + " needs a pipeline", "schedule = 1f1b would"};
  if (splits && l.vp > 1)
    return Illegality{"schedule", schedule_name(l.schedule) + " has no virtual stages", "vp = 1 would"};
  constexpr int most_stages_both_ways = 512;  // which take seconds to play
  if (l.schedule == Schedule::dualpipe && l.pp > most_stages_both_ways) {
    if (!explain) return Illegality{"schedule", {}, {}};
    return Illegality{"schedule",
                      fmt::format("DualPipe is played for at most {} stages, not {}", most_stages_both_ways, l.pp),
                      fmt::format("pp = {} would, or schedule = zero-bubble", most_stages_both_ways)};
  }
  if (l.schedule == Schedule::dualpipe && (l.pp % 2 != 0 || std::fmod(m_count, 2) != 0 || m_count < 2.0 * l.pp)) {
    if (!explain) return Illegality{"schedule", {}, {}};
    return Illegality{
        "schedule",
        fmt::format("DualPipe needs an even pp and an even number of microbatches from 2 pp on, not pp = {} "
                    "with {:.0f} microbatches",
                    l.pp, m_count),
        "schedule = zero-bubble would"};
  }
  if (l.vp > 1 && std::fmod(m_count, l.pp) != 0)
    return Illegality{
        "vp", fmt::format("{:.0f} microbatches do not divide by pp = {}, which interleaving needs", m_count, l.pp),
        "vp = 1 would"};
  return std::nullopt;
}

void check(const Job& j, const Machine& m, const Layout& l) {
  if (const auto bad = illegality(j, m, l)) throw Error({}, bad->key, bad->problem, bad->remedy);
}

bool even_chunks(const model::Architecture& a, const Layout& l) {
  const std::int64_t chunks = std::int64_t{l.pp} * l.vp;
  return a.layers % chunks == 0 || (a.layers + 2) % chunks == 0;
}

std::string layout_text(const Machine& m, const Layout& l) {
  std::string out =
      fmt::format("tp {} pp {} vp {} cp {} ep {} dp {:.0f} mbs {:g} shard {} recompute {}", l.tp, l.pp, l.vp, l.cp,
                  l.ep, data_parallel(m, l), l.micro_batch, sharding_name(l.sharding), recompute_name(l.recompute));
  if (l.etp > 1) out += fmt::format(" etp {}", l.etp);
  if (l.shard_group > 0) out += fmt::format(" group {}", l.shard_group);
  if (l.recompute_layers > 0) out += fmt::format(" layers {}", l.recompute_layers);
  if (l.sequence_parallel && l.tp > 1) out += " sp";
  if (l.cp > 1 && l.context != ContextExchange::ring) out += " cp by " + context_name(l.context);
  if (l.offload_activations) out += " offload";
  if (l.offload_optimizer) out += " offload-optimizer";
  if (l.schedule != Schedule::one_f_one_b) out += " " + schedule_name(l.schedule);
  return out;
}

}  // namespace orrery::training
