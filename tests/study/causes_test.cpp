// Common causes of scenarios: which inputs share which, how strongly, what a scenario may change, and that what is one
// thing is drawn once, so that splitting what is built does not shrink its risk.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/files.h"
#include "support/answers.h"
#include "support/folders.h"

namespace orrery::study {
namespace {

std::string two_sites(const std::string& other, const std::string& more = "") {
  return "start = 2024-01-01\nhorizon = \"96 months\"\n[site.a]\nlocation = \"memphis\"\n[site.b]\nlocation = \"" +
         other +
         "\"\n[order.a]\nchips = \"1000 x h100-sxm\"\nsite = \"a\"\n[order.b]\nchips = \"1000 x h100-sxm\"\nsite = "
         "\"b\"\n" +
         more;
}

std::size_t input_of(const Answer& a, const std::string& name) {
  for (std::size_t i = 0; i < a.study.inputs.size(); ++i)
    if (a.study.inputs[i].name == name) return i;
  ADD_FAILURE() << "no input " << name;
  return 0;
}

double rank_correlation(const Answer& a, const std::string& one, const std::string& other) {
  return correlation_of_ranks(ranks(a.trials.draws[input_of(a, one)]), ranks(a.trials.draws[input_of(a, other)]));
}

constexpr int many = 8000;
constexpr double error = 0.045;  // four standard errors of a rank correlation over so many trials

TEST(Causes, OfASiteAnOperatorAndARegionAreNested) {
  const std::string task = ".building.hall.task.electrical.duration", other = ".building.hall.task.mechanical.duration";
  const Answer near = answer_of_text(two_sites("memphis"), "near.toml", {many, 1});
  EXPECT_NEAR(rank_correlation(near, "site.a" + task, "site.a" + other), 0.3, error);
  EXPECT_NEAR(rank_correlation(near, "site.a" + task, "site.b" + other), 0.25, error) << "one operator and region";
  EXPECT_NEAR(rank_correlation(near, "site.a.installation_rate", "site.a" + task), -0.3, error) << "faster is earlier";
  const Answer far = answer_of_text(two_sites("abilene-tx"), "far.toml", {many, 1});
  EXPECT_NEAR(rank_correlation(far, "site.a" + task, "site.b.building.hall.task.shell.duration"), 0.15, error)
      << "one operator";
  const Answer strangers = answer_of_text(two_sites("abilene-tx"), "strangers.toml", {many, 1},
                                          {"site.a.operator=One", "site.b.operator=Other"});
  EXPECT_NEAR(rank_correlation(strangers, "site.a" + task, "site.b.building.hall.task.shell.duration"), 0, error);
  EXPECT_NEAR(rank_correlation(near, "order.a.lead_time", "order.b.lead_time"), 0.3, error) << "one vendor";
  EXPECT_NEAR(rank_correlation(near, "order.a.lead_time", "site.a" + task), 0, error);
}

TEST(Causes, OfStrengthNoughtAreDrawsByThemselves) {
  std::vector<std::string> nought;
  for (const char* cause : {"site", "operator", "region", "vendor", "utility", "software"})
    nought.push_back(fmt::format("cause.{}.strength=0", cause));
  const Answer none = answer_of_text(two_sites("memphis"), "none.toml", {100, 1}, nought);
  const Answer apart = answer_of_text(two_sites("memphis"), "apart.toml", {100, 1, 1, nullptr, true});
  const Answer usual = answer_of_text(two_sites("memphis"), "usual.toml", {100, 1});
  EXPECT_EQ(none.trials.draws, apart.trials.draws);
  EXPECT_NE(usual.trials.draws, apart.trials.draws);
  for (std::size_t i = 0; i < usual.study.inputs.size(); ++i)
    if (usual.study.inputs[i].ties.empty()) {
      EXPECT_EQ(usual.trials.draws[i], apart.trials.draws[i]) << usual.study.inputs[i].name;
    }
}

TEST(Causes, OfTheCatalogTakenAwayAreOfStrengthNought) {
  const Answer nought = answer_of_text(two_sites("memphis"), "nought.toml", {50, 1}, {"cause.vendor.strength=0"});
  const Answer gone = answer_of_text(two_sites("memphis"), "gone.toml", {50, 1}, {"cause.vendor=false"});
  const Answer usual = answer_of_text(two_sites("memphis"), "usual.toml", {50, 1});
  EXPECT_EQ(gone.trials.draws, nought.trials.draws);
  EXPECT_NE(gone.trials.draws, usual.trials.draws);
}

TEST(Causes, OfTheCatalogAtStrengthOneMoveTheirInputsAsOne) {
  const std::string electrical = ".building.hall.task.electrical.duration",
                    shell = ".building.hall.task.shell.duration";
  const auto together = [&](const std::string& cause, const std::string& one, const std::string& other) {
    const Answer a = answer_of_text(two_sites("abilene-tx"), "one.toml", {100, 1}, {cause + ".strength=1"});
    EXPECT_EQ(ranks(a.trials.draws[input_of(a, one)]), ranks(a.trials.draws[input_of(a, other)])) << cause;
  };
  together("cause.site", "site.a" + electrical, "site.a.burn_in");
  together("cause.operator", "site.a" + electrical, "site.b" + shell);
  together("cause.region", "site.b" + shell, "site.b.power.grid.lead_time");
  together("cause.vendor", "order.a.lead_time", "order.b.network_lead_time");
}

TEST(Causes, OfAScenarioMoveTheInputsThatTheyName) {
  const Answer a = answer_of_text(
      two_sites("memphis",
                "[cause.strike]\nstrength = 1\ninputs = [\"site.*.building.*.task.*.duration\", \"site.a.burn_in\", "
                "\"-order.b.lead_time\"]\n"),
      "strike.toml", {300, 1});
  const auto of = [&](const std::string& name) { return ranks(a.trials.draws[input_of(a, name)]); };
  const std::vector<double> first = of("site.a.building.hall.task.electrical.duration");
  EXPECT_EQ(of("site.b.building.hall.task.commissioning.duration"), first);
  EXPECT_EQ(of("site.a.burn_in"), first);
  EXPECT_LT(correlation_of_ranks(of("order.b.lead_time"), first), -0.9999);
  EXPECT_LT(std::fabs(correlation_of_ranks(of("site.b.burn_in"), first)), 0.5);
  const Table& causes = table_of(a.document, "causes");
  EXPECT_EQ(text_at(causes, 0, "name"), "strike");
  EXPECT_EQ(number_at(causes, 0, "strength"), 1);
}

/// A market with a supply of two quarters, and a cause that these inputs share.
std::string market(const std::string& inputs) {
  return "[market]\nrent = \"$2/chip/h\"\nelasticity = -0.5\n[supply]\n"
         "\"2024-Q1\" = { low = \"100 chips\", high = \"200 chips\", basis = \"assumed\", note = \"x\" }\n"
         "\"2024-Q2\" = { low = \"100 chips\", high = \"300 chips\", basis = \"assumed\", note = \"x\" }\n"
         "[buyer.a]\norders = { \"2024-Q1\" = \"50 chips\" }\n[cause.foundry]\nstrength = 1\ninputs = [\"" +
         inputs + "\"]\n";
}

TEST(Causes, StandInEveryKind) {
  const Answer a = answer_of_text(market("supply.*"), "market.toml", {100, 1});
  ASSERT_EQ(a.trials.draws.size(), 2u);
  EXPECT_EQ(ranks(a.trials.draws[0]), ranks(a.trials.draws[1]));
  const Answer less = answer_of_text(market("supply.*"), "market.toml", {100, 1}, {"cause.foundry.strength=0"});
  EXPECT_NE(ranks(less.trials.draws[0]), ranks(less.trials.draws[1]));
  const Answer gone = answer_of_text(market("supply.*"), "market.toml", {100, 1}, {"cause.foundry=false"});
  EXPECT_EQ(gone.trials.draws, less.trials.draws);
  EXPECT_TRUE(table_of(gone.document, "causes").rows.empty());
  try {
    answer_of_text(market("market.rent"), "market.toml");
    ADD_FAILURE() << "the rent is certain";
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("market.toml:11"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find("names no uncertain input"), std::string::npos) << error.message();
  }
}

TEST(Causes, AndInputsShareTheSpread) {
  const Answer a = answer_of_text(two_sites("memphis"), "two.toml", {500, 1});
  const Table& drivers = table_of(a.document, "drivers");
  bool seen = false;
  for (std::size_t row = 0; row < drivers.rows.size(); ++row) {
    if (text_at(drivers, row, "output") != "capital cost") continue;
    seen = true;
    const Table& causes = *std::get<std::shared_ptr<const Table>>(cell_at(drivers, row, "causes").value);
    double all = 0;
    for (std::size_t c = 0; c < causes.rows.size(); ++c) all += number_at(causes, c, "share");
    EXPECT_NEAR(all, number_at(drivers, row, "explained"), 1e-9);
    EXPECT_GT(all, 0.9) << "a sum of prices";
    EXPECT_EQ(text_at(causes, 0, "cause"), "chips/h100-sxm.price") << "one thing for both orders, by itself";
  }
  EXPECT_TRUE(seen);
}

/// What a cause is refused with.
std::string refusal(const std::string& cause) {
  try {
    answer_of_text(two_sites("memphis", cause), "bad.toml");
  } catch (const Error& error) {
    return error.message();
  }
  return "not refused";
}

TEST(Causes, AreRefusedWithPlaceAndRemedy) {
  const auto holds = [](const std::string& message, const std::string& part) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  const std::string unknown = refusal("[cause.x]\nstrength = 0.5\ninputs = [\"order.a.lead_tine\"]\n");
  holds(unknown, "bad.toml:15"), holds(unknown, "order.a.lead_time");
  holds(refusal("[cause.sight]\nstrength = 0.5\n"), "site");
  holds(refusal("[cause.x]\ninputs = [\"order.a.lead_time\"]\n"), "cause.x.strength: is missing");
  holds(refusal("[cause.x]\nstrength = 1.5\ninputs = [\"order.a.lead_time\"]\n"), "cause.x.strength");
  holds(refusal("[cause.x]\nstrength = { low = 0, high = 1 }\ninputs = [\"order.a.lead_time\"]\n"), "certain");
  holds(refusal("[cause.site]\nstrength = 0.5\ninputs = [\"order.a.lead_time\"]\n"), "another name");
  holds(refusal("[cause.x]\nstrength = 0.5\ninputs = [\"order.*.lead_time\", \"-order.a.lead_time\"]\n"), "both ways");
  holds(refusal("[cause.x]\nstrength = 0.5\ninputs = []\n"), "is empty");
  const std::string over = refusal(
      "[cause.x]\nstrength = 0.7\ninputs = [\"order.a.lead_time\"]\n[cause.y]\nstrength = 0.6\ninputs = "
      "[\"order.*.lead_time\"]\n");
  holds(over, "bad.toml:17"), holds(over, "cause.x (0.7)"), holds(over, "order.a.lead_time");
}

/// P10 to P90 of an output.
double width(const Answer& a, const std::string& output) {
  for (std::size_t o = 0; o < a.study.outputs.size(); ++o)
    if (a.study.outputs[o].name == output) {
      const Spread s = a.trials.spread(o);
      return s.p90 - s.p10;
    }
  ADD_FAILURE() << "no output " << output;
  return 0;
}

/// A programme of 8,000 accelerators in so many sites, orders at each, halls and power blocks at each, of one class.
std::string split(const std::string& chip, int sites, int orders, int halls, int blocks) {
  std::string out = "start = 2024-01-01\nhorizon = \"120 months\"\n";
  const int each = 8000 / sites;
  for (int s = 0; s < sites; ++s) {
    out += fmt::format("[site.s{}]\nlocation = \"abilene-tx\"\n", s);
    for (int h = 0; h < halls; ++h)
      out += fmt::format("[site.s{}.building.h{}]\nclass = \"retrofit\"\nit_capacity = \"{} kW\"\n", s, h,
                         3 * each / halls);
    for (int b = 0; b < blocks; ++b)
      out +=
          fmt::format("[site.s{}.power.p{}]\nkind = \"gas-turbine\"\ncapacity = \"{} kW\"\nlead_time = \"200 days\"\n",
                      s, b, 6 * each / blocks);
    for (int o = 0; o < orders; ++o)
      out += fmt::format("[order.s{}o{}]\nsite = \"s{}\"\nchips = \"{} x {}\"\n", s, o, s, each / orders, chip);
  }
  return out;
}

struct Shape {
  int sites, orders, halls, blocks;
};

TEST(OneThing, IsDrawnOnceHoweverOftenItStandsThere) {
  for (const char* chip : {"h100-sxm", "gb200", "b200"}) {
    const Answer whole = answer_of_text(split(chip, 1, 1, 1, 1), "whole.toml", {500, 1});
    for (const Shape shape : {Shape{2, 1, 1, 1}, {1, 2, 1, 1}, {1, 1, 2, 1}, {1, 1, 1, 2}, {2, 2, 2, 2}}) {
      const Answer parts =
          answer_of_text(split(chip, shape.sites, shape.orders, shape.halls, shape.blocks), "parts.toml", {500, 1});
      const std::string what = fmt::format("{}: {} sites, {} orders, {} halls, {} blocks", chip, shape.sites,
                                           shape.orders, shape.halls, shape.blocks);
      for (const char* output : {"capital cost", "largest facility power"})
        EXPECT_GE(width(parts, output), 0.995 * width(whole, output)) << output << ' ' << what;
      // Each half waits and is built by itself, as far as causes leave it: the rest of the spread is not halved.
      EXPECT_GE(width(parts, "net present value"), 0.95 * width(whole, "net present value")) << what;
    }
  }
}

}  // namespace
TEST(Causes, AreSharedByWhatIsReadAgain) {
  // A kind without a memory of its own, and one with it.
  for (const char* name : {"chip-factories", "three-keys"}) {
    const scenario::Scenario plain = scenario::parse_scenario(
        read_file(source_folder() + "/scenarios/" + name + ".toml"), "test.toml", {}, forms_of(kinds()));
    const Study first = read_study(plain, facts(), kinds());
    ASSERT_GE(first.inputs.size(), 2u);
    const auto quoted = [&](std::size_t i) { return '"' + first.inputs[i].name + '"'; };
    const scenario::Scenario tied = scenario::changed_scenario(
        plain, {"cause.weather.strength=0.5", "cause.weather.inputs=[" + quoted(0) + ", " + quoted(1) + "]"});
    const Study before = read_study(tied, facts(), kinds());
    const auto kind =
        std::find_if(kinds().begin(), kinds().end(), [&](const Kind& k) { return &k.form() == tied.form; });
    const Study again = read_changed(*kind, before, tied, facts());
    ASSERT_EQ(again.inputs.size(), before.inputs.size());
    EXPECT_FALSE(again.inputs[0].ties.empty()) << name;
    const Sampling sampling{50, 1, 1};
    EXPECT_EQ(run_trials(again.inputs, again.outputs.size(), again.trial, sampling).draws,
              run_trials(before.inputs, before.outputs.size(), before.trial, sampling).draws)
        << name;
  }
}

}  // namespace orrery::study
