// Energy of a site's blocks by month over the state of its supply and the level of its load: dispatch of a year
// (hourly_dispatch.h) at corners, each made once when it is first asked for, and what lies between them.
//
// A state is how much of each block stands, as parts p_b of it. With the blocks in order of falling parts it is a sum
// of whole sets, each within the next: the first block alone p_1 - p_2 times, the first two p_2 - p_3 times and so on
// (simplex interpolation: Kuhn, "Some combinatorial lemmas in topology", 1960). Each set so taken carries some of the
// load, as the whole would cost least; a set carries its load by straight lines between levels. Served together they
// could only do better, so what is unserved between corners is never too little.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>

#include "site/power/hourly_dispatch.h"

namespace orrery::site {

/// Dispatched years by what they depend on, so that supplies which differ elsewhere do not ask again; those with
/// storage, which take long, in files too. For several threads.
class DispatchedYears {
 public:
  /// folder: as cache_folder() says; empty: no files.
  explicit DispatchedYears(std::string folder) : folder_(std::move(folder)) {}

  /// The year of a key: quick where that gives one, else what is kept, else made.
  template <class Quick, class Make>
  const HourlyYear& year(const std::string& key, Quick quick, Make make) {
    Kept* kept = nullptr;
    {
      const std::lock_guard lock(mutex_);
      std::unique_ptr<Kept>& place = years_[key];
      if (!place) place = std::make_unique<Kept>();
      kept = place.get();
    }
    std::call_once(kept->once, [&] {
      if (std::optional<HourlyYear> year = quick()) {
        kept->year = std::move(*year);
      } else if (!read(key, kept->year)) {
        kept->year = make();
        write(key, kept->year);
      }
    });
    return kept->year;
  }

  /// The digest of values by hour; those that were asked for once are kept with it.
  std::string digest(const Hours& values);

 private:
  struct Kept {
    std::once_flag once;
    HourlyYear year;
  };
  std::string folder_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Kept>> years_;
  std::map<Hours, std::string> digests_;

  bool read(const std::string& key, HourlyYear& out) const;
  void write(const std::string& key, const HourlyYear& year) const;
};

/// A year as text, each number so that it is read back to the last bit; nothing where text is none of a year.
std::string year_text(const HourlyYear& year);
bool parse_year(std::string_view text, HourlyYear& out);

class HourlyCurves {
 public:
  /// highest: W, the highest mean load that is expected, from which the levels follow: multiples of the power of two
  /// (W) that goes 8 to 16 times into it, up to the 24th, and for each set of blocks those loads at which the next of
  /// its firm blocks is needed, or energy first lacks in some hour.
  HourlyCurves(HourlySupply supply, double highest, std::shared_ptr<DispatchedYears> years);

  /// A month (0 to 11) with so much of each block (parts of what it is in full, also above 1) for a mean load in W.
  /// What is taken, less stored, plus unserved is the load, to 1e-9 of it. Load above the last level is unserved.
  /// peaks are the sum of those of the sets. Throws as dispatch does.
  HourlyMonth month(std::size_t month, std::span<const double> parts, double load) const;

  const HourlySupply& supply() const { return supply_; }
  /// Load of a month over that of the mean month of equal length.
  double load_of(std::size_t month) const { return load_months_[month]; }
  double step() const { return step_; }

 private:
  /// A set of blocks at all levels (W, rising from 0), and the years that were asked for.
  struct Corner {
    std::uint64_t stands;
    std::vector<double> levels;
    std::vector<std::atomic<const HourlyYear*>> years;
  };
  struct Part;

  HourlySupply supply_;
  double step_ = 1;
  std::array<double, 12> load_months_{};
  std::string common_;               ///< what all keys begin with
  std::vector<std::string> blocks_;  ///< digests
  std::shared_ptr<DispatchedYears> years_;
  mutable std::shared_mutex mutex_;
  mutable std::map<std::uint64_t, std::unique_ptr<Corner>> corners_;

  Corner& corner(std::uint64_t stands) const;
  std::vector<double> levels(std::uint64_t stands) const;
  const HourlyYear& year(Corner& corner, std::size_t level) const;
  double worth(const HourlyMonth& month) const;
  void share_load(std::size_t month, double load, std::vector<Part>& parts, double& beyond) const;
};

}  // namespace orrery::site
