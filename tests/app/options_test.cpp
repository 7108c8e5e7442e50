// Every option of `orrery run` with every kind of scenario: it has an effect, or is refused with a remedy. Runs the
// program that ORRERY_PROGRAM names.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "app/ran.h"

#include "study/kind.h"
#include "support/folders.h"

namespace orrery {
namespace {

namespace fs = std::filesystem;

Ran run(const std::string& arguments) {
  return ran("run " + arguments);
}

/// A shipped scenario of a kind, and an override of one of its keys that changes its answer.
struct Example {
  std::string file, set;
};
Example example_of(const study::Kind& kind) {
  const std::map<std::string_view, Example> examples = {
      {"programme", {"three-keys.toml", "site.memphis.burn_in=\"40 days\""}},
      {"market", {"gpu-market.toml", "market.elasticity=-1"}},
      {"chip-factory", {"chip-factories.toml", "factory.rate=0.3"}},
      {"finance", {"finance/own-lease-cloud.toml", "own.wait=\"1 month\""}},
      {"training", {"training.toml", "train.sequence=\"4096 tokens\""}},
      {"network", {"network.toml", "network.bytes=\"2 GiB\""}},
      {"operate", {"operations.toml", "operate.rate=6.5"}},
      {"load", {"load.toml", "load.duty=0.6"}},
      {"energy", {"energy.toml", "energy.grid_price=\"$20/MWh\""}},
      {"chip", {"chip.toml", "chip.volume=\"200000 chips\""}}};
  const auto found = examples.find(kind.form().name);
  if (found == examples.end()) {
    ADD_FAILURE() << "no example of " << kind.form().name << ": add a row";
    return {};
  }
  return {source_folder() + "/scenarios/" + found->second.file, found->second.set};
}

TEST(Options, HaveAnEffectOrAreRefusedForEveryKind) {
  for (const study::Kind& kind : study::kinds()) {
    SCOPED_TRACE(std::string(kind.form().name));
    const Example example = example_of(kind);
    const Ran plain = run(example.file);
    ASSERT_LE(plain.status, 1) << plain.out;
    const Ran sampled = run(example.file + " --trials 20");
    ASSERT_LE(sampled.status, 1) << sampled.out;
    // What an option is given, and what it is held to.
    for (const auto& [option, before] : std::vector<std::pair<std::string, const Ran*>>{
             {"--trials 20", &plain},
             {"--seed 9", &plain},
             {"--independent", &plain},
             {"--brief", &plain},
             {"--json --explain", &plain},
             {"--json --brief", &plain},
             {"--explain --brief", &plain},
             {"--html out.html", &plain},
             {"--trials 20 --seed 9", &sampled},
             {"--trials 20 --independent", &sampled},
             {"--set '" + example.set + "'", &plain},
             {"--set '" + example.set + "' --against " + example.file, &plain},
             {"--json", &plain},
             {"--explain", &plain},
             {"--csv out", &plain},
             {"--trace out.json", &plain},
             {"--xlsx out.xlsx", &plain},
             {"--pypsa out", &plain},
             {"--svg out.svg", &plain},
             {"--svg out.svg --figure drivers --trials 20", &sampled},
             {"--figure capacity", &plain},
             {"-o out", &plain},
             {"--timings", &plain},
             {"--catalog /nonexistent", &plain},
             {"--set nokey=1", &plain},
             {"--threads 1025", &plain},
             {"--against /nonexistent.toml", &plain}}) {
      const Ran with = run(example.file + ' ' + option);
      if (with.status == 2) {
        EXPECT_TRUE(with.out.starts_with("orrery: ")) << option << ": " << with.out;
        EXPECT_NE(with.out.find("; "), std::string::npos) << option << " is refused without a remedy: " << with.out;
        EXPECT_TRUE(with.files.empty()) << option << " is refused and wrote " << with.files;
        continue;
      }
      const bool certain = option.starts_with("--trials") && with.out.find("no uncertain inputs") != std::string::npos;
      EXPECT_TRUE(certain || with.out != before->out || with.files != before->files) << option << " changes nothing";
    }
    // Threads change nothing but the time, by promise.
    EXPECT_EQ(run(example.file + " --trials 20 --threads 1 --json").out,
              run(example.file + " --trials 20 --threads 7 --json").out);
  }
}

TEST(Options, PlacesThatLinksLeadToAreTakenOnce) {
  const fs::path folder = fs::temp_directory_path() / ("orrery-links-" + std::to_string(::getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder / "deep");
  fs::create_symlink("a.svg", folder / "b.json");
  fs::create_directory_symlink(folder / "deep", folder / "also");
  const auto refused = [&](const std::string& one, const std::string& other) {
    const Ran ran = run(source_folder() + "/scenarios/three-keys.toml --svg " + (folder / one).string() + " --trace " +
                        (folder / other).string());
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(ran.out.find("where --svg writes; name another place"), std::string::npos) << ran.out;
  };
  refused("a.svg", "b.json");  // neither is there yet
  std::ofstream(folder / "a.svg") << "before";
  refused("a.svg", "b.json");
  refused("deep/x", "also/x");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace orrery
