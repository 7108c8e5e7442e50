// What capital leaves at a day: straight lines over its life, of accelerators, servers and network over or under them
// as the market has it then (price_process.h).
#pragma once
#include <algorithm>

#include "programme/plan.h"

namespace orrery::programme {

class StraightLines {
 public:
  /// it_fetches: what is left of accelerators, servers and network, over their straight line.
  StraightLines(const Plan& plan, Draws draws, double it_fetches)
      : it_life_(in_days(plan.money.it_life.in(draws))),
        facility_life_(in_days(plan.money.facility_life.in(draws))),
        it_fetches_(it_fetches) {}

  /// The share of its cost that capital of an age, days, leaves.
  double left(money::Line line, double age) const {
    return money::is_it(line) ? it_fetches_ * std::max(0.0, 1 - age / it_life_)
                              : std::max(0.0, 1 - age / facility_life_);
  }

 private:
  double it_life_, facility_life_, it_fetches_;
};

}  // namespace orrery::programme
