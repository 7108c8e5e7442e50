#include "study/programme.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/units.h"
#include "programme/form.h"
#include "programme/read.h"
#include "study/kinds.h"
#include "study/levers.h"

namespace orrery::study {
namespace {

using programme::Forecast;
using programme::Plan;

struct Programme {
  Plan plan;
  Forecast forecast;  ///< at the medians
  std::vector<programme::Output> outputs;
};

/// What a month's delay costs: at the medians, and where levers are told in the first draws too, as those are.
void add_delay(ProgrammeResult& r, const Trials& trials) {
  if (r.plan.orders.empty() && r.plan.rentals.empty()) return;
  const programme::MonthLate late(r.plan);
  r.delay = late.cost();
  if (!trials.levers || !r.has_trials || !programme::without_worth(r.plan).empty()) return;
  r.delay_draws = std::min<std::size_t>(most_lever_draws, static_cast<std::size_t>(trials.count));
  r.delay_spread = spread_of(late.costs(trials.draws, r.delay_draws, trials.threads));
}

Document answer_of(const Programme& p, const Trials& trials) {
  ProgrammeResult r{p.plan, p.forecast, p.outputs, {}, {}, trials.count > 0, trials.draws};
  for (size_t i = 0; i < p.outputs.size(); ++i) r.spreads.push_back(trials.spread(i));
  r.scores = programme::score(p.plan, p.outputs, r.spreads, r.has_trials);
  add_delay(r, trials);
  if (trials.levers) r.risks = company_risks(p.plan, trials.threads, trials.independent);

  Document out;
  out.say(p.plan.title + "\n" + (p.plan.description.empty() ? "" : p.plan.description + "\n"));
  out.put("scenario/title", p.plan.title).put("scenario/start", p.plan.start).put("scenario/end", p.plan.end);
  out.say(fmt::format("{} to {}; {}\n", p.plan.start.text(), p.plan.end.text(), sampling_text(p.plan.inputs, trials)));
  add_headline(out, r);
  add_key_figures(out, r);
  add_milestones(out, r);
  add_hanging_days(out, r);
  add_hindsight(out, r);
  add_capacity(out, r);
  add_limits(out, r);
  add_schedule(out, r);
  add_bounds(out, r);
  add_supply(out, r);
  add_months(out, r);
  add_runs(out, r);
  add_designs(out, r);
  add_work(out, r);
  add_prices(out, r);
  add_money(out, r);
  add_companies(out, r);
  add_funding(out, r);
  add_energy(out, r);
  add_totals(out, r);
  add_figures(out, r);
  return out;
}

/// Whether anything stands against cost in a net present value.
bool earns(const Plan& plan) {
  return plan.serves || !plan.worths.empty() ||
         std::any_of(plan.leases.begin(), plan.leases.end(), [](const programme::Lease& l) { return l.received; });
}

Study read_with(const scenario::Scenario& scenario, const catalog::Catalog& catalog,
                std::shared_ptr<programme::SpeedsAsked> asked) {
  auto p = std::make_shared<Programme>();
  p->plan = programme::make_plan(scenario, catalog, *asked);
  p->forecast = programme::simulate(p->plan);
  p->outputs = programme::outputs_of(p->plan);
  Study study;
  study.title = p->plan.title;
  study.description = p->plan.description;
  study.start = p->plan.start;
  study.end = p->plan.end;
  study.settings = p->plan.settings;
  study.not_counted = p->plan.not_counted;
  study.inputs = p->plan.inputs;
  for (const programme::Output& o : p->outputs) {
    using Group = programme::Output::Group;
    const bool owners = o.group == Group::company && o.name.ends_with(": value to its owners");
    const bool observed = o.group == Group::observed_date || o.group == Group::observed_level ||
                          o.group == Group::by_month || o.group == Group::hanging_day || o.group == Group::schedule ||
                          (o.group == Group::company && !owners) || (o.group >= Group::gap && o.name.empty());
    const bool explained = o.group == Group::milestone || o.group == Group::run_finish ||
                           o.name == "net present value" || o.name == "capital cost" || o.name == "funding gap" ||
                           o.name == "cost per usable accelerator-hour" || o.name == "cost per PFLOP-day" || owners;
    using Aim = Output::Aim;
    const bool cost =
        o.name == "capital cost" || o.name == "cost per usable accelerator-hour" || o.name == "cost per PFLOP-day";
    const Aim aim = o.name == "net present value" && earns(p->plan) ? Aim::more : cost ? Aim::less : Aim::none;
    if (aim == Aim::more) study.worth = static_cast<int>(study.outputs.size());
    study.outputs.push_back({o.name, o.dimension, o.is_date, !observed, explained && !observed, aim});
  }
  study.trial = [p](Draws draws, std::span<double> outputs) {
    const std::vector<double> values =
        programme::output_values(p->plan, draws.empty() ? p->forecast : programme::simulate(p->plan, draws));
    std::copy(values.begin(), values.end(), outputs.begin());
  };
  study.answer = [p](const Trials& trials) { return answer_of(*p, trials); };
  study.trace = [p] { return programme_trace(p->plan, p->forecast); };
  study.searched = [asked] {
    const std::lock_guard lock(asked->mutex);
    return static_cast<std::size_t>(std::count_if(asked->answers.begin(), asked->answers.end(), [](const auto& a) {
      return a.second.question.accelerators >= programme::large_run;
    }));
  };
  study.memory = std::move(asked);
  return study;
}

Study read(const scenario::Scenario& scenario, const catalog::Catalog& catalog) {
  return read_with(scenario, catalog, std::make_shared<programme::SpeedsAsked>());
}

Study read_again(const Study& before, const scenario::Scenario& scenario, const catalog::Catalog& catalog) {
  return read_with(scenario, catalog, std::static_pointer_cast<programme::SpeedsAsked>(before.memory));
}

}  // namespace

const Kind programme_kind{programme::form, read, read_again};

}  // namespace orrery::study
