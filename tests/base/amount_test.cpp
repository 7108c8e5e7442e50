#include "base/amount.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/error.h"
#include "base/units.h"

namespace orrery {
namespace {

TEST(Amount, DimensionsCombine) {
  const Power power = Power(2e6) + Power(1e6);
  const Energy energy = power * hours(1);
  EXPECT_DOUBLE_EQ(energy.value(), 3e6 * 3600);
  const double ratio = energy / (Power(1e6) * hours(3));
  EXPECT_DOUBLE_EQ(ratio, 1);
}

struct Reading {
  const char* text;
  double value;
  Dimension dimension;
};

class Units : public testing::TestWithParam<Reading> {};

TEST_P(Units, ReadsNaturalText) {
  const auto [text, value, dimension] = GetParam();
  const AnyAmount amount = parse_amount(text);
  EXPECT_NEAR(amount.value, value, 1e-12 * std::abs(value)) << text;
  EXPECT_EQ(amount.dimension, dimension) << text << " is of " << dimension_name(amount.dimension);
}

namespace dim = dimension;
constexpr double day = 86400, year = 365.25 * day;

INSTANTIATE_TEST_SUITE_P(
    Examples, Units,
    testing::Values(Reading{"400 Gb/s", 50e9, dim::bandwidth}, Reading{"400 GB/s", 400e9, dim::bandwidth},
                    Reading{"400Gbps", 50e9, dim::bandwidth}, Reading{"3.35 TB/s", 3.35e12, dim::bandwidth},
                    Reading{"1.2 GW", 1.2e9, dim::power}, Reading{"$2.10/h", 2.10 / 3600, dim::money - dim::time},
                    Reading{"18 months", 1.5 * year, dim::time}, Reading{"80 GiB", 80 * 0x1p30, dim::data},
                    Reading{"80 GB", 80e9, dim::data}, Reading{"8 Gib", 0x1p30, dim::data},
                    Reading{"989 TFLOP/s", 989e12, dim::compute_rate}, Reading{"$30k", 30e3, dim::money},
                    Reading{"$1.4T", 1.4e12, dim::money}, Reading{"-$5M", -5e6, dim::money},
                    Reading{"$30k/chip", 30e3, dim::money - dim::chips},
                    Reading{"$11M/MW", 11, dim::money - dim::power},
                    Reading{"$60/MWh", 60 / 3.6e9, dim::money - dim::energy},
                    Reading{"$20/kW/year", 0.02 / year, dim::money - dim::power - dim::time},
                    Reading{"15T tokens", 15e12, dim::tokens}, Reading{"100_000 chips", 1e5, dim::chips},
                    Reading{"100k chips", 1e5, dim::chips},
                    Reading{"1500 chips/day", 1500 / day, dim::chips - dim::time}, Reading{"35%", 0.35, dim::none},
                    Reading{"1e25 FLOP", 1e25, dim::operations}, Reading{"2 t", 2000, dim::mass},
                    Reading{"5 MB", 5e6, dim::data}, Reading{"5 min", 300, dim::time},
                    Reading{"814 mm2", 814e-6, dim::area}, Reading{"150 MWh", 150e6 * 3600, dim::energy},
                    Reading{"6.5/chip/day", 6.5 / day, dim::none - dim::chips - dim::time}));

class BadUnits : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(BadUnits, SaysWhatIsWrong) {
  const auto [text, expected] = GetParam();
  try {
    parse_amount(text);
    FAIL() << text << " was read";
  } catch (const Error& error) {
    EXPECT_NE(error.message().find(expected), std::string::npos) << error.message();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Examples, BadUnits,
    testing::Values(std::pair{"", "empty"}, std::pair{"MW", "does not start with a number"},
                    std::pair{"35 MX", "unknown unit"}, std::pair{"35 mw", "'MW'"}, std::pair{"989 TFLOPS", "TFLOP/s"},
                    std::pair{"100,000 chips", "comma"}, std::pair{"1e999 W", "beyond the range"},
                    std::pair{"nan W", "does not start with a number"}, std::pair{"5 GB/", "incomplete unit"},
                    std::pair{"1.2.3 GW", "does not start with a number"}, std::pair{"3 kwh", "kWh"}));

TEST(Units, RefusesTheWrongDimension) {
  auto message = [](const char* text, Dimension wanted) -> std::string {
    try {
      parse_amount_of(text, wanted);
      return "";
    } catch (const Error& error) {
      return error.message();
    }
  };
  EXPECT_NE(message("35 MWh", dim::power).find("Wh is energy, W is power"), std::string::npos);
  EXPECT_NE(message("400 Gb", dim::bandwidth).find("a rate is data per second"), std::string::npos);
  EXPECT_NE(message("35", dim::power).find("a plain number, not of power"), std::string::npos);
  EXPECT_EQ(message("35 MW", dim::power), "");
}

TEST(Units, PrintsWithThreeDigits) {
  EXPECT_EQ(format(Power(1200e6)), "1.2 GW");
  EXPECT_EQ(format(Money(5.27e9)), "$5.27B");
  EXPECT_EQ(format(Money(-30000)), "-$30k");
  EXPECT_EQ(format(days(131)), "131 days");
  EXPECT_EQ(format(Bandwidth(3.35e12)), "3.35 TB/s");
  EXPECT_EQ(format(Chips(100000)), "100,000 chips");
  EXPECT_EQ(format(Operations(3.8e25)), "3.80e+25 FLOP");
  EXPECT_EQ(format_amount(60 / 3.6e9, dim::money - dim::energy), "$60/MWh");
  EXPECT_EQ(format_in(parse_amount("$250/kW/year").value, "$/kW/year"), "$250/kW/year");
  EXPECT_EQ(format_in(parse_amount("36 h").value, "days"), "1.5 days");
  EXPECT_EQ(format_amount(0, dim::power), "0 W");
  EXPECT_EQ(format(Power(999.96e6)), "1 GW");
}

RC_GTEST_PROP(Units, PrintedAmountsReadBack, ()) {
  static const std::vector<Dimension> kinds = {
      dim::power,     dim::time,         dim::money,  dim::data,
      dim::bandwidth, dim::compute_rate, dim::energy, dim::money - dim::energy};
  const Dimension d = *rc::gen::elementOf(kinds);
  const double value = std::pow(10, *rc::gen::inRange(0, 1200) / 100.0);
  const AnyAmount back = parse_amount(format_amount(value, d, 6));
  RC_ASSERT(back.dimension == d);
  RC_ASSERT(std::abs(back.value - value) <= 1e-4 * value);
}

}  // namespace
}  // namespace orrery
