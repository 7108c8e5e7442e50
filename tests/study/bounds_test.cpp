// Every figure that a file may give has bounds of sense, and a limit that a message names is accepted as it is printed.
#include <gtest/gtest.h>

#include <cmath>

#include "base/units.h"
#include "base/value.h"
#include "study/kind.h"
#include "support/facts.h"

namespace orrery::study {
namespace {

namespace d = dimension;

/// A key of a scenario or of the catalog that holds a number.
struct Bounded {
  std::string name;
  Dimension dimension;
  double low = 0, high = 0;
  std::string_view unit;
};

void add_group(std::vector<Bounded>& out, const std::string& path, const std::vector<catalog::KeySchema>& keys,
               const std::vector<catalog::GroupSchema>& groups) {
  for (const catalog::KeySchema& key : keys)
    if (key.kind == catalog::Figure::Kind::amount)
      out.push_back({path + '.' + std::string(key.key), key.dimension, key.low, key.high, key.unit});
  for (const catalog::GroupSchema& group : groups)
    add_group(out, path + '.' + std::string(group.group), group.keys, group.groups);
}

std::vector<Bounded> every_figure() {
  std::vector<Bounded> out;
  const auto add = [&](const std::string& form, const scenario::Section& section) {
    for (const scenario::Key& key : section.keys)
      if (key.type == scenario::KeyType::amount || key.type == scenario::KeyType::whole)
        out.push_back({form + ": " + std::string(section.path) + '.' + std::string(key.name), key.dimension, key.low,
                       key.high, key.unit});
  };
  for (const Kind& kind : kinds())
    for (const scenario::Section& section : kind.form().sections) add(std::string(kind.form().name), section);
  for (const scenario::Section& section : scenario::common_sections()) add("every kind", section);
  for (const catalog::KindSchema& kind : catalog::schema())
    add_group(out, "catalog/" + std::string(kind.kind), kind.keys, kind.groups);
  return out;
}

/// What nobody could mean any more, in base units: far beyond what is real. The widest figures are seeds, which are
/// whole numbers that a double holds, and transistors.
double thinkable(Dimension of) {
  static const std::vector<std::pair<Dimension, double>> most = {
      {d::none, 1e17},           {d::time, 1e14},          {d::money, 1e16},    {d::chips, 1e10},     {d::tokens, 1e19},
      {d::operations, 1e37},     {d::power, 1e13},         {d::data, 1e19},     {d::bandwidth, 1e19}, {d::area, 10},
      {d::length, 1e9},          {d::compute_rate, 1e21},  {d::frequency, 1e3}, {d::energy, 1e18},    {d::wafers, 1e10},
      {d::money - d::time, 1e7}, {d::none - d::area, 1e18}};
  for (const auto& [dimension, value] : most)
    if (dimension == of) return value;
  return 1e9;
}

/// The error of check_range for a value of a key.
std::optional<Error> refused(const Bounded& of, double value) {
  try {
    check_range(Distribution::constant(value), of.dimension, of.low, of.high, {"a.toml", 1, 1}, of.name, of.unit);
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace

TEST(Bounds, EveryFigureHasThem) {
  for (const Bounded& key : every_figure()) {
    SCOPED_TRACE(key.name);
    EXPECT_TRUE(std::isfinite(key.low) && std::isfinite(key.high));
    EXPECT_LT(key.low, key.high);
    // Of frequencies only a chip's clock is written in GHz.
    EXPECT_LE(key.high, key.unit == "GHz" ? 1e12 : thinkable(key.dimension));
    EXPECT_GE(key.low, -thinkable(key.dimension));
  }
}

TEST(Bounds, ALimitIsAcceptedAsItIsPrinted) {
  for (const Bounded& key : every_figure())
    for (const bool above : {false, true})
      for (const double off : {1e-9, 0.01, 3.0}) {
        const double limit = above ? key.high : key.low;
        const double by = off * std::max(std::fabs(limit), 1e-12);
        const std::optional<Error> error = refused(key, above ? limit + by : limit - by);
        ASSERT_TRUE(error) << key.name;
        const std::string& remedy = error->remedy();
        const std::string printed = remedy.substr(remedy.find(above ? "at most " : "at least ") + (above ? 8 : 9));
        SCOPED_TRACE(error->message());
        double read = 0;
        ASSERT_NO_THROW(read = printed == "0" ? 0 : parse_amount_of(printed, key.dimension));
        EXPECT_FALSE(refused(key, read)) << refused(key, read)->message();
        // "0 chips is below 1 chip" and "-0.99/year is below -0.99/year" help nobody.
        EXPECT_NE(error->problem().substr(0, error->problem().find(" is ")), printed);
        EXPECT_FALSE(error->problem().starts_with("0 ") && limit > 0);
      }
}

TEST(Bounds, NoMessageHoldsARowOfDigits) {
  for (const Bounded& key : every_figure())
    for (const double value : {1e300, -1e300, 1e30, 1.0 / 3e30}) {
      if (const std::optional<Error> error = refused(key, value))
        EXPECT_LT(error->message().size(), key.name.size() + 140) << error->message();
    }
}

TEST(Bounds, ADistributionIsHeldToThemByItsEnds) {
  const Distribution wide{Distribution::Kind::uniform, 0.5, 2e9, 0, {}};
  try {
    check_range(wide, d::chips, 1, 1e9, {}, "chips");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              "chips: the distribution reaches 0.5 chips, below 1 chip; give a value of at least 1 chip");
  }
}

TEST(Bounds, OfABlockOfPowerTakeWhatTheCatalogHasOfItsKind) {
  int taken = 0;
  for (const Kind& kind : kinds())
    for (const scenario::Section& section : kind.form().sections) {
      if (section.path != "energy.source.*" && section.path != "site.*.power.*") continue;
      for (const scenario::Key& key : section.keys)
        for (const catalog::Entry& entry : facts().entries("power")) {
          const catalog::Figure* figure = entry.find(key.name);
          if (!figure || figure->kind != catalog::Figure::Kind::amount) continue;
          SCOPED_TRACE(std::string(section.path) + ": " + entry.name + '.' + std::string(key.name));
          EXPECT_NO_THROW(
              check_range(figure->amount, key.dimension, key.low, key.high, {}, std::string(key.name), key.unit));
          ++taken;
        }
    }
  EXPECT_GT(taken, 100);
}

}  // namespace orrery::study
