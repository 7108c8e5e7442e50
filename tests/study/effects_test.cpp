// Every key that changes what is asked changes the answer: of a network, and of what others own and lease.
#include "support/answers.h"

namespace orrery::study {
namespace {

void expect_effects(const std::string& text, const std::vector<std::string>& keys) {
  const std::map<std::string, double> before = scalars_of(answer_of_text(text, "file.toml").document);
  EXPECT_FALSE(before.empty());
  for (const std::string& key : keys)
    EXPECT_NE(before, scalars_of(answer_of_text(text, "file.toml", {}, {key}).document)) << key;
}

TEST(Effects, KeysOfANetworkChangeItsAnswer) {
  expect_effects("[network]\nnetwork = \"h100-tapered\"\nranks = 2048\ntraffic = \"permutation\"\nbytes = \"1 MB\"\n",
                 {"network.jobs=4", "network.placement=random", "network.fail_switch=2", "network.level=both",
                  "network.level=packet", "network.routing=ecmp", "network.seed=2", "network.bytes=2 MB"});
  expect_effects("[network]\nnetwork = \"h100-tapered\"\nranks = 2048\ntraffic = \"ring\"\njobs = 4\n",
                 {"network.placement=spread", "network.placement=random"});
  expect_effects("[network]\nnetwork = \"ethernet-8-planes\"\nranks = 4096\ncollective = \"all-reduce\"\n",
                 {"network.fail_planes=1", "network.fail_switch=1"});
  expect_effects("[network]\nnetwork = \"dragonfly-1k\"\ntraffic = \"ring\"\n", {"network.routing=detour"});
  expect_effects("[network]\nranks = 64\ntraffic = \"incast\"\nbytes = \"1 MB\"\nlevel = \"packet\"\n",
                 {"network.trimming=false", "network.sender=credit", "network.senders=16"});
}

TEST(Effects, KeysOfWhatOthersOwnChangeItsAnswer) {
  const std::string lease =
      "[lease]\nstart = 2026-01-01\nend = 2031-01-01\nchips = \"1000 chips\"\nrent = \"$2/chip/h\"\n";
  const std::vector<std::string> terms = {"lease.rent=$2.5/chip/h", "lease.deposit=$1M", "lease.escalator=3%/year",
                                          "lease.free=3 months", "lease.paid_every=3 months"};
  expect_effects(lease + "[sale_and_leaseback]\nprice = \"$60M\"\n",
                 {"sale_and_leaseback.price=$61M", "sale_and_leaseback.book_value=$50M"});
  expect_effects(lease + "[venture]\ncapital = \"$60M\"\ndebt_share = 0.6\ndebt_rate = \"8%/year\"\n",
                 {"venture.capital=$61M", "venture.debt_share=0.5", "venture.debt_rate=9%/year",
                  "venture.operator_share=0.2", "venture.guaranteed=$1M"});
  // What only moves a rate of return is in the lists of rates.
  const auto rates = [&](const std::string& section, const std::string& key, const std::string& change) {
    const Answer answer = answer_of_text(lease + section, "file.toml", {}, {change});
    for (const Block& block : answer.document.blocks)
      if (const auto* scalar = std::get_if<Scalar>(&block); scalar && scalar->column.key == key)
        return std::get<double>(std::get<std::vector<Cell>>(scalar->cell.value).at(0).value);
    return 0.0;
  };
  const std::string sale = "[sale_and_leaseback]\nprice = \"$60M\"\n", venture = "[venture]\ncapital = \"$60M\"\n";
  for (const std::string& change : terms) {
    EXPECT_NE(rates(sale, "sale_and_leaseback/costs_of_money", change),
              rates(sale, "sale_and_leaseback/costs_of_money", "title=same"))
        << change;
    EXPECT_NE(rates(venture, "venture/costs_of_money", change), rates(venture, "venture/costs_of_money", "title=same"))
        << change;
  }
  EXPECT_NE(rates(sale, "sale_and_leaseback/costs_of_money", "sale_and_leaseback.residual_lost=$5M"),
            rates(sale, "sale_and_leaseback/costs_of_money", "title=same"));
  EXPECT_NE(rates(venture, "venture/partner_returns", "venture.market_value=$5M"),
            rates(venture, "venture/partner_returns", "title=same"));
}

}  // namespace
}  // namespace orrery::study
