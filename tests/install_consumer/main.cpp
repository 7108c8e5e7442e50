// A program of somebody else's that links the installed library: reads a scenario and prints its first milestone.
#include <cstdio>

#include "catalog/catalog.h"
#include "programme/read.h"
#include "programme/simulate.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    const orrery::catalog::Catalog catalog(argv[1]);
    const auto plan = orrery::programme::make_plan(orrery::programme::read_scenario(argv[2]), catalog);
    const auto forecast = orrery::programme::simulate(plan);
    const orrery::programme::Milestone& first = plan.milestones.front();
    const double day = forecast.usable.first_at_least(first.level);
    std::printf("%s on %s\n", first.name.c_str(), orrery::programme::day_of(plan, day).text().c_str());
  } catch (const orrery::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
