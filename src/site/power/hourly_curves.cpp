#include "site/power/hourly_curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "base/amount.h"
#include "base/disk_cache.h"

namespace orrery::site {
namespace {

/// To be raised whenever the same question is answered with other numbers.
constexpr const char* version = "orrery hourly dispatch 1";

/// Parts of blocks that differ by less are the same.
constexpr double same = 1e-9;

void append(std::string& key, double x) {
  key += fmt::format(" {}", x);
}

std::array<const std::vector<double>*, 4> lists_of(const HourlyMonth& m) {
  return {&m.taken, &m.given, &m.bought, &m.peaks};
}
std::array<std::vector<double>*, 4> lists_of(HourlyMonth& m) {
  return {&m.taken, &m.given, &m.bought, &m.peaks};
}

/// Adds a month so many times.
void add(HourlyMonth& sum, const HourlyMonth& m, double times) {
  if (times == 0) return;
  const auto to = lists_of(sum);
  const auto from = lists_of(m);
  for (std::size_t i = 0; i < to.size(); ++i)
    for (std::size_t b = 0; b < to[i]->size(); ++b) (*to[i])[b] += times * (*from[i])[b];
  sum.unserved += times * m.unserved, sum.curtailed += times * m.curtailed, sum.stored += times * m.stored;
}

}  // namespace

std::string year_text(const HourlyYear& year) {
  std::string out = fmt::format("{}\n", year.front().taken.size());
  for (const HourlyMonth& m : year) {
    out += fmt::format("{} {} {}", m.unserved, m.curtailed, m.stored);
    for (const std::vector<double>* list : lists_of(m))
      for (const double x : *list) append(out, x);
    out += '\n';
  }
  return out;
}

bool parse_year(std::string_view text, HourlyYear& out) {
  const char *at = text.data(), *const end = at + text.size();
  const auto number = [&](auto& x) {
    while (at != end && (*at == ' ' || *at == '\n')) ++at;
    const std::from_chars_result read = std::from_chars(at, end, x);
    at = read.ptr;
    return read.ec == std::errc();
  };
  std::size_t blocks = 0;
  if (!number(blocks) || blocks > 64) return false;
  for (HourlyMonth& m : out) {
    if (!number(m.unserved) || !number(m.curtailed) || !number(m.stored)) return false;
    for (std::vector<double>* list : lists_of(m)) {
      list->resize(blocks);
      for (double& x : *list)
        if (!number(x)) return false;
    }
  }
  return true;
}

std::string DispatchedYears::digest(const Hours& values) {
  if (!values) return "-";
  const std::lock_guard lock(mutex_);
  std::string& digest = digests_[values];
  if (digest.empty())
    digest = digest_of({reinterpret_cast<const char*>(values->data()), values->size() * sizeof(double)});  // NOLINT
  return digest;
}

bool DispatchedYears::read(const std::string& key, HourlyYear& out) const {
  const std::optional<std::string> text = cached(folder_, digest_of(key));
  HourlyYear year;
  // The key itself stands before the year, so that no other is taken for it.
  if (!text || text->compare(0, key.size() + 1, key + '\n') != 0) return false;
  if (!parse_year(std::string_view(*text).substr(key.size() + 1), year)) return false;
  out = std::move(year);
  return true;
}

void DispatchedYears::write(const std::string& key, const HourlyYear& year) const {
  cache(folder_, digest_of(key), key + '\n' + year_text(year));
}

/// A set of blocks, so many times, and the load that it carries: so many levels, and part of the next.
struct HourlyCurves::Part {
  double times = 0;
  Corner* corner = nullptr;
  std::size_t level = 0;
  double of_next = 0;

  bool at_last() const { return level + 1 == corner->levels.size(); }
  /// Load to the next level, W.
  double to_next() const { return corner->levels[level + 1] - corner->levels[level]; }
};

HourlyCurves::HourlyCurves(HourlySupply supply, double highest, std::shared_ptr<DispatchedYears> years)
    : supply_(std::move(supply)),
      load_months_(month_means(supply_.load_shape, supply_.hours)),
      years_(std::move(years)) {
  if (highest > 0) step_ = std::exp2(std::floor(std::log2(highest)) - 3);
  common_ = fmt::format("{} {} {} {}", version, supply_.blocks.size(), supply_.hours, supply_.lost_load_price);
  common_ += ' ' + years_->digest(supply_.load_shape);
  for (const HourlyBlock& b : supply_.blocks) {
    std::string& text = blocks_.emplace_back(fmt::format("{} {}", int{b.storage}, int{b.weather}));
    for (const double x : {b.power, b.price, b.energy, b.efficiency}) append(text, x);
    text += ' ' + years_->digest(b.share) + ' ' + years_->digest(b.price_shape);
  }
}

HourlyCurves::Corner& HourlyCurves::corner(std::uint64_t stands) const {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = corners_.find(stands); found != corners_.end()) return *found->second;
  }
  const std::unique_lock lock(mutex_);
  std::unique_ptr<Corner>& place = corners_[stands];
  if (!place) {
    std::vector<double> at = levels(stands);
    const std::size_t count = at.size();
    place.reset(new Corner{stands, std::move(at), std::vector<std::atomic<const HourlyYear*>>(count)});
  }
  return *place;
}

std::vector<double> HourlyCurves::levels(std::uint64_t stands) const {
  constexpr int most = 24;
  std::vector<double> out;
  for (int k = 0; k <= most; ++k) out.push_back(step_ * k);
  std::vector<std::pair<double, double>> firm;  // price, W
  for (std::size_t b = 0; b < supply_.blocks.size(); ++b) {
    const HourlyBlock& block = supply_.blocks[b];
    if ((stands >> b & 1) && !block.storage && !block.share) firm.emplace_back(block.price, block.power);
  }
  std::sort(firm.begin(), firm.end());
  double sum = 0;
  for (const auto& [price, power] : firm) out.push_back(sum += power);
  if (const Hours& shape = supply_.load_shape) out.push_back(sum / *std::max_element(shape->begin(), shape->end()));
  std::sort(out.begin(), out.end());
  // None beyond the last, and none that is all but the one before.
  std::vector<double> apart;
  for (const double load : out)
    if (load <= step_ * most && (apart.empty() || load - apart.back() > same * step_)) apart.push_back(load);
  return apart;
}

const HourlyYear& HourlyCurves::year(Corner& corner, std::size_t level) const {
  std::atomic<const HourlyYear*>& place = corner.years[level];
  if (const HourlyYear* made = place.load(std::memory_order_acquire)) return *made;
  const double load = corner.levels[level];
  const std::uint64_t stands = corner.stands;
  std::string key = common_;
  append(key, load);
  for (std::size_t b = 0; b < blocks_.size(); ++b)
    if (stands >> b & 1) key += fmt::format("; {} {}", b, blocks_[b]);
  const HourlyYear& made = years_->year(
      key, [&] { return dispatch_by_merit(supply_, stands, load); },
      [&] { return dispatch_with_storage(supply_, stands, load); });
  place.store(&made, std::memory_order_release);
  return made;
}

/// $ a second: what the load costs, and at its price what of it is not served.
double HourlyCurves::worth(const HourlyMonth& m) const {
  double sum = supply_.lost_load_price * m.unserved;
  for (std::size_t b = 0; b < supply_.blocks.size(); ++b) sum += supply_.blocks[b].price * m.bought[b];
  return sum;
}

/// Gives the load to the sets, each time a level's worth where that costs least: of equal ones to the largest set.
void HourlyCurves::share_load(std::size_t month, double load, std::vector<Part>& parts, double& beyond) const {
  const auto slope_of = [&](const Part& p) {
    if (p.at_last()) return infinity;
    if (parts.size() == 1) return 0.0;  // there is no choice
    return (worth(year(*p.corner, p.level + 1)[month]) - worth(year(*p.corner, p.level)[month])) / p.to_next();
  };
  std::vector<double> slope;
  for (const Part& p : parts) slope.push_back(slope_of(p));
  for (double left = load; left > 0;) {
    std::size_t best = parts.size() - 1;
    for (std::size_t k = parts.size(); k-- > 0;)
      if (slope[k] < slope[best]) best = k;
    Part& p = parts[best];
    if (p.at_last()) {
      beyond = left;
      return;
    }
    const double room = p.times * p.to_next();
    if (left < room) {
      p.of_next = left / room;
      return;
    }
    left -= room, ++p.level;
    slope[best] = slope_of(p);
  }
}

HourlyMonth HourlyCurves::month(std::size_t month, std::span<const double> stands, double load) const {
  HourlyMonth sum;
  for (std::vector<double>* list : lists_of(sum)) list->resize(supply_.blocks.size());
  std::vector<std::size_t> order(stands.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return stands[a] > stands[b]; });
  std::vector<Part> parts;
  std::uint64_t set = 0;
  for (std::size_t i = 0; i < order.size() && stands[order[i]] > same; ++i) {
    set |= std::uint64_t{1} << order[i];
    const double next = i + 1 < order.size() && stands[order[i + 1]] > same ? stands[order[i + 1]] : 0;
    if (const double times = stands[order[i]] - next; times > same) parts.push_back({times, &corner(set)});
  }
  double beyond = 0;
  if (parts.empty()) beyond = load;
  else if (load > 0) share_load(month, load, parts, beyond);
  for (const Part& p : parts) {
    add(sum, year(*p.corner, p.level)[month], p.times * (1 - p.of_next));
    if (p.of_next > 0) add(sum, year(*p.corner, p.level + 1)[month], p.times * p.of_next);
  }
  sum.unserved += beyond;
  return sum;
}

}  // namespace orrery::site
