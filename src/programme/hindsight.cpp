#include "programme/hindsight.h"

#include <algorithm>
#include <cmath>

namespace orrery::programme {

std::vector<Score> score(const Plan& plan, const std::vector<Output>& outputs, const std::vector<Spread>& spreads,
                         bool trials) {
  std::vector<Score> out;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Output& output = outputs[i];
    const bool on_date = output.group == Output::Group::observed_date;
    if (!on_date && output.group != Output::Group::observed_level) continue;
    const Observation& o = plan.observations[output.index];
    Score s;
    s.observation = output.index;
    s.on_date = on_date;
    s.observed = on_date ? o.date - plan.start : o.level;
    s.forecast = spreads[i];
    if (std::isfinite(s.forecast.p50)) {
      // Dates are whole days: a level reached during a day counts from its end.
      const double p50 = on_date ? whole_day(s.forecast.p50) : s.forecast.p50;
      s.error = p50 - s.observed;
      if (o.bound == Observation::Bound::upper) s.error = std::max(*s.error, 0.0);
      if (o.bound == Observation::Bound::lower) s.error = std::min(*s.error, 0.0);
    }
    const bool can_be_earlier = s.observed >= s.forecast.p10 - 1e-9, can_be_later = s.observed <= s.forecast.p90 + 1e-9;
    if (trials && o.bound == Observation::Bound::upper) s.inside = can_be_earlier;
    else if (trials && o.bound == Observation::Bound::lower) s.inside = can_be_later;
    else if (trials) s.inside = can_be_earlier && can_be_later;
    out.push_back(s);
  }
  return out;
}

}  // namespace orrery::programme
