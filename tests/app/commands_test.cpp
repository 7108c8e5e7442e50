// Every option of every command, as the command's own --help lists them: in some question each has an effect, and in
// the questions where it has none it is refused with what it goes with. A new option without a row here fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "app/ran.h"
#include "support/folders.h"

namespace orrery {
namespace {

/// Options by their names on the command line, and whether each takes a value.
std::map<std::string, bool> options_of(const std::string& command) {
  const Ran help = ran(command + " --help");
  EXPECT_EQ(help.status, 0) << help.out;
  std::map<std::string, bool> out;
  static const std::regex line(R"(\n  (?:-\w,)?(--[\w-]+)(?:,--[\w-]+)*( \S)?)");
  for (std::sregex_iterator it(help.out.begin(), help.out.end(), line), end; it != end; ++it)
    if ((*it)[1] != "--help") out[(*it)[1]] = (*it)[2].matched;
  return out;
}

/// What stands below "Subcommands:" in a command's help.
std::set<std::string> commands_of(const std::string& command) {
  std::istringstream help(ran(command + " --help").out);
  std::set<std::string> out;
  bool below = false;
  for (std::string line; std::getline(help, line);) {
    if (below && line.starts_with("  ") && line.size() > 2 && line[2] != ' ')
      out.insert(line.substr(2, line.find(' ', 2) - 2));
    below = below || line == "Subcommands:";
  }
  return out;
}

/// A question and the same with an option: what comes out must differ.
struct Effect {
  std::string without, option;
};

struct Command {
  std::vector<Effect> effects;
  std::vector<std::string> refused;            ///< questions in which an option has no effect
  std::set<std::string> only_time, elsewhere;  ///< options that change the time alone; those that other tests try
};

/// A refusal says what is wrong and what to do, in one line, and leaves nothing behind.
void expect_refused(const Ran& ran, const std::string& question) {
  EXPECT_EQ(ran.status, 2) << question << ": " << ran.out;
  EXPECT_TRUE(ran.out.starts_with("orrery: ")) << question << ": " << ran.out;
  EXPECT_NE(ran.out.find("; "), std::string::npos) << question << " is refused without a remedy: " << ran.out;
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 1) << question << ": " << ran.out;
  EXPECT_TRUE(ran.files.empty()) << question << " is refused and wrote " << ran.files;
}

/// Files that questions name, and the rows.
class Commands : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "lab.toml") << R"(basis = "assumed"
source = "sketch"
date = "2026-11"
[lab]
title = "a lab"
topology = "clos"
bandwidth = "400 Gb/s"
scale_up = "nvlink4"
scale_out = "ib-ndr"
hosts = 512
radix = 16
hop = "1 us"
switch = "quantum-2"
nic = "connectx-7"
)";
    std::ofstream(folder / "config.json") << R"({"model_type":"of-its-own","hidden_size":1024,"num_attention_heads":8,
"num_key_value_heads":8,"intermediate_size":4096,"vocab_size":32000,"num_hidden_layers":8})";
    std::ofstream(folder / "bars.csv") << "table,group,figure,least,most\nno-such-table,all,median,0,1\n";
    std::ofstream(folder / "faults.csv") << "host,start,end\nnode-1,2,9\nnode-2,3,4\n";
    std::ofstream(folder / "jobs.csv") << "submit,duration,accelerators,queue\n0,40000,8,a\n0,100,8,a\n0,40000,8,a\n"
                                          "0,100,8,b\n200,5000,16,b\n300,30000,24,a\n310,4000,16,b\n";
    std::ofstream(folder / "caps.csv") << "start,end,share\n0.1,0.4,0.5\n";
    std::ofstream(folder / "sam.json") << R"({"fixed_charge_rate":0.1})";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string file(const char* name) const { return (folder / name).string(); }
  static std::string scenario(const char* name) { return source_folder() + "/scenarios/" + name + ".toml"; }

  std::map<std::string, Command> commands() const;
  Command of_training(bool plan) const;
  static Command of_scenarios(const std::string& usual, const std::string& set);
  Command of_network() const;
  Command of_operate() const;
  static Command of_load();
  Command of_chip() const;
  Command of_energy() const;
  static Command of_solve();
  Command of_show() const;

  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("orrery-commands-" + std::to_string(::getpid()));
};

/// The options of [train], which train and plan share, on small jobs.
Command Commands::of_training(bool plan) const {
  const std::string dense = "--model llama-3-8b --on '8 x h100-sxm' --batch 32";
  const std::string wide = "--model llama-3-8b --on '64 x h100-sxm' --batch 64";
  const std::string mixture = "--model mixtral-8x7b --on '32 x h100-sxm' --batch 64";
  const std::string pod = "--model llama-3-8b --on '1024 x h100-sxm' --batch 1024 --network h100-tapered";
  const std::string run = "--scenario " + scenario("meta-350k");
  Command c;
  c.effects = {{"--on '8 x h100-sxm' --batch 32", "--model llama-3-8b"},
               {"--model llama-3-8b --batch 32", "--on '8 x h100-sxm'"},
               {"--model " + file("config.json") + " --on '8 x h100-sxm' --batch 32", "--read-as llama"},
               {dense, "--precision fp8"},
               {dense, "--task lora"},
               {dense, "--sequence 4096"},
               {"--model llama-3-8b --on '8 x h100-sxm'", "--batch 64"},
               {dense, "--document 1024"},
               {mixture, "--expert-load 2"},
               {mixture, "--capacity 2"},
               {dense, "--framework torchtitan"},
               {dense + " --framework 'megatron-bridge 26.06'", "--software-age '1 year'"},
               {dense, "--optimizer lion"},
               {dense + " --framework torchtitan", "--loss fused"},
               {dense + " --framework torchtitan", "--compiled false"},
               {wide, "--domain 4"},
               {wide, "--nic '10 Gb/s'"},
               {wide, "--network h100-infiniband"},
               {pod, "--fail 0.2"},
               {pod + " --fail 0.2", "--seed 7"},
               {pod, "--ring-order by-tier"},
               {dense, "--schedules zero-bubble,gpipe"},
               {dense, "--tokens '1T tokens'"},
               {"--on '8 x h100-sxm'", "--days '90 days'"},
               {"--on '8 x h100-sxm' --days '90 days'", "--law chinchilla"},
               {dense + " --tokens '1T tokens'", "--price '$2/h'"},
               {dense + " --tokens '1T tokens'", "--goodput 0.5"},
               {"", run},
               {run, "--run nobody"},
               {dense, "--json"},
               {dense, "--explain"},
               {dense, "--brief"},
               {dense + " --network lab", "--networks " + file("lab.toml")},
               {dense, "--catalog /nonexistent"}};
  c.refused = {"--read-as llama",
               "--read-as llama --model llama-3-8b",
               dense + " --expert-load 2",
               dense + " --capacity 2",
               mixture + " --capacity 2 --expert-load 2",
               dense + " --fail 0.1",
               dense + " --seed 3",
               pod + " --seed 3",
               dense + " --ring-order any",
               dense + " --law llama-3",
               dense + " --price '$2/h'",
               dense + " --goodput 0.5",
               dense + " --run grok-3",
               dense + " --json --explain",
               dense + " --json --brief",
               dense + " --brief --explain",
               dense + " --networks " + file("lab.toml"),
               run + " --model llama-3-8b",
               "--days '90 days' --model llama-3-8b",
               "--days '90 days' --tokens '1T tokens'"};
  c.only_time = {"--threads"};
  if (plan) return c;
  c.effects.push_back({dense, "--layout tp=8"});
  c.effects.push_back({dense, "--trace t.json"});
  for (const char* layout :
       {",", "tp=8,,mbs=1", "tp=8,", ",tp=8", "tp=8,tp=8", "tp=8,cp_kind=ulysses", "sp=off", "tp=8,shard_group=4",
        "recompute=selective,recompute_layers=2", "vp=2", "ep=2", "etp=2", "schedule=zero-bubble"})
    c.refused.push_back(dense + " --layout '" + layout + "'");
  c.refused.push_back(dense + " --layout tp=8 --schedules gpipe");
  c.refused.push_back(dense + " --layout tp=8 --threads 2");
  return c;
}

/// The options of run and finance.
Command Commands::of_scenarios(const std::string& usual, const std::string& set) {
  Command c;
  c.effects = {{usual, "--set '" + set + "'"},
               {usual, "--trials 20"},
               {usual + " --trials 20", "--seed 9"},
               {usual + " --trials 20", "--independent"},
               {usual, "--timings"},
               {usual, "--catalog /nonexistent"},
               {usual + " --set '" + set + "'", "--against " + usual},
               {usual, "--json"},
               {usual, "--explain"},
               {usual, "--brief"},
               {usual, "--csv out"},
               {usual, "--xlsx out.xlsx"},
               {usual, "--html out.html"},
               {usual, "--trace out.json"},
               {usual, "--pypsa out"},
               {usual, "--svg out.svg"},
               {usual + " --svg out.svg", "--figure nothing"},
               {usual, "--output out"}};
  c.refused = {usual + " --seed 9",
               usual + " --independent",
               usual + " --figure nothing",
               usual + " --json --explain",
               usual + " --json --brief",
               usual + " --explain --brief",
               usual + " --set '" + set + "' --set '" + set + "'",
               usual + " --trials 20 --trials 30"};
  c.only_time = {"--threads"};
  return c;
}

Command Commands::of_network() const {
  const std::string small = "--ranks 256", gather = small + " --collective all-gather";
  const std::string crossing = small + " --traffic permutation", packets = crossing + " --level packet --bytes 64kB";
  Command c;
  c.effects = {{"", "--network gb200-nvl72"},
               {"", "--ranks 256"},
               {"", "--chip a100-sxm"},
               {"", "--per-domain 4"},
               {small, "--collective all-gather"},
               {gather, "--bytes 1MB"},
               {small, "--traffic permutation"},
               {small + " --traffic incast", "--senders 16"},
               {crossing, "--jobs 4"},
               {"h100-tapered --traffic permutation --jobs 4", "--placement spread"},
               {"h100-tapered --traffic permutation", "--fail 0.2"},
               {"", "--fail-switch 1"},
               {"ethernet-8-planes", "--fail-planes 2"},
               {crossing, "--level both --bytes 64kB"},
               {crossing, "--routing ecmp"},
               {packets, "--sender dcqcn"},
               {packets, "--trimming false"},
               {crossing + " --routing ecmp", "--seed 5"},
               {"lab", "--networks " + file("lab.toml")},
               {small, "--json"},
               {small, "--explain"},
               {gather, "--brief"},
               {"", "--catalog /nonexistent"},
               {"", "--against gb200-nvl72"},
               {"", "--csv bill.csv"}};
  c.refused = {small + " --bytes 1MB",
               small + " --senders 4",
               crossing + " --senders 4",
               small + " --jobs 4",
               small + " --placement spread",
               small + " --level packet",
               small + " --routing ecmp",
               gather + " --routing ecmp",
               small + " --sender dcqcn",
               crossing + " --sender dcqcn",
               crossing + " --trimming false",
               small + " --seed 3",
               gather + " --seed 3",
               small + " --networks " + file("lab.toml"),
               small + " --json --explain",
               small + " --json --brief",
               "--fail-planes 2",
               "--network gb200-nvl72 h100-infiniband"};
  return c;
}

Command Commands::of_energy() const {
  const std::string weather = " --weather " + source_folder() + "/scenarios/weather/abilene_tx_tmy3.csv.gz";
  const std::string sun = " --site abilene-tx" + weather, flexible = "--sources grid --flexible 2% --co2 '500 kg/MWh'";
  Command c;
  c.effects = {{"", "--load '50 MW'"},
               {"", "--site memphis"},
               {"--site abilene-tx", "--weather " + source_folder() + "/scenarios/weather/abilene_tx_tmy3.csv.gz"},
               {sun, "--cooling liquid-dry"},
               {"", "--sources grid,battery"},
               {"--sources grid", "--grid-limit '60 MW'"},
               {"", "--grid-price '$20/MWh'"},
               {"", "--prices /nonexistent.csv"},
               {"", "--co2-price '$100/t'"},
               {"", "--co2 '300 kg/MWh'"},
               {"--sources grid --grid-limit '60 MW'", "--flexible 2%"},
               {flexible, "--flexible-price '$100/MWh'"},
               {"--sources grid --grid-limit '60 MW'", "--reliability 0.999"},
               {"--sources grid --grid-limit '60 MW'", "--value-of-lost-load '$30/MWh'"},
               {"", "--fix 'grid=50 MW'"},
               {"", "--most 'gas-turbine=50 MW'"},
               {"", "--stands 'grid=50 MW'"},
               {"--sources grid,gas-turbine", "--clean 50%"},
               {"", "--reserve 10%"},
               {"", "--n-minus-1 true"},
               {"--sources gas-turbine", "--part-load true"},
               {"--sources grid", "--from 2027-Q1"},
               {"--sources grid --from 2027-Q1", "--years 2"},
               {"--sources grid --from 2027-Q1 --years 2", "--slips 'grid=6 months'"},
               {"", "--discount 5%/year"},
               {"", "--csv out"},
               {"", "--pypsa out"},
               {"", "--json"},
               {"", "--explain"},
               {"", "--brief"},
               {"", "--catalog /nonexistent"}};
  c.refused = {"--json --explain",  "--json --brief",
               "--sources solar",   "--sources grid,grid",
               "--cooling towers",  "--fix 'grid=50 kg'",
               "--fix 'grid'",      "--fix 'solar=5 MW'",
               "--reliability 1.1", "--flexible-price '$1/MWh'",
               "--sources battery", "--sources gas-turbine --grid-limit '5 MW'",
               "/nonexistent",      source_folder() + " --pypsa out"};
  return c;
}

Command Commands::of_load() {
  Command c;
  c.effects = {{"", "--on '8192 x h100-sxm'"},
               {"", "--waiting '350 W'"},
               {"", "--training '1 kW'"},
               {"", "--standing '300 W'"},
               {"", "--psu-efficiency 0.9"},
               {"", "--duty 0.5"},
               {"", "--period 2s"},
               {"", "--pue 1.1"},
               {"", "--ramp '2 MW/s'"},
               {"", "--amplitude 0.2"},
               {"", "--band-low '0.5 Hz'"},
               {"", "--band-high '20 Hz'"},
               {"", "--short-circuit '1 GVA'"},
               {"", "--reactance-ratio 5"},
               {"", "--rack-energy '1 kJ/chip'"},
               {"", "--power-price '$90/MWh'"},
               {"", "--redundancy 2n"},
               {"", "--json"},
               {"", "--explain"},
               {"", "--brief"},
               {"", "--catalog /nonexistent"}};
  c.refused = {"--json --explain",  "--json --brief",    "--redundancy 3n",  "--duty 1",
               "--band-low '3 Hz'", "--waiting '900 W'", "--standing '2 kW'"};
  return c;
}

Command Commands::of_chip() const {
  const std::string against = "--against b200-sxm";
  Command c;
  c.effects = {{"", "--chip b200-sxm"},
               {"", "--prices 2025-06-01"},
               {"", "--volume '200000 chips'"},
               {"", "--yield murphy"},
               {"", "--wafer-price '$20k/wafer'"},
               {"", "--defect-density 0.2/cm2"},
               {"", "--memory-price '$20/GB'"},
               {"", against},
               {against, "--merchant-price '$60k/chip'"},
               {against, "--speed 0.9"},
               {against, "--price '$8k/chip'"},
               {against, "--once '$1B'"},
               {"", "--model llama-3-8b"},
               {"", "--phase decode"},
               {"", "--batch 16"},
               {"", "--sequence 1024"},
               {"", "--tensor-parallel 4"},
               {"", "--precision fp8"},
               {"", "--svg out.svg"},
               {"--svg out.svg", "--figure blocks"},
               {"", "--json"},
               {"", "--explain"},
               {"", "--brief"},
               {"", "--catalog /nonexistent"}};
  c.refused = {"--json --explain",  "--json --brief",   "h100-sxm --chip b200-sxm",    "--figure cost",
               "--yield murphys",   "--speed 0.9",      "--merchant-price '$1/chip'",  "gb200",
               "/nonexistent.toml", "--precision fp4x", "--svg out.svg --figure none", "--volume 0",
               file("lab.toml")};
  return c;
}

Command Commands::of_operate() const {
  const std::string whole = "--mechanism whole-job", replicas = "--mechanism replica-level";
  const std::string small = "--on '4096 x h100-sxm'", followed = small + " --days 20",
                    trace = "--trace " + file("faults.csv"), fleet = "--on '32 x h100-sxm'",
                    jobs = "--jobs " + file("jobs.csv");
  Command c;
  c.effects = {{"", "--on '8192 x h100-sxm'"},
               {"", "--mechanism elastic-domain"},
               {"", "--rate 9"},
               {replicas, "--replica 512"},
               {"", "--stall 2"},
               {whole, "--checkpoint 60s"},
               {whole, "--interval 1h"},
               {"", "--other 0.2"},
               {small, "--days 20"},
               {followed, "--start 2027-03-01"},
               {followed, "--spares 0"},
               {small, trace},
               {followed, "--goal '90 %'"},
               {followed, "--switch 4096"},
               {followed + " --rate 300 --spares 0", "--clustering 0.1"},
               {followed, "--shape 0.5"},
               {followed + " --shape 0.5", "--age '1 year'"},
               {followed + " --rate 300", "--crews 1"},
               {followed + " --rate 300 --crews 1", "--hands-on '1 day'"},
               {followed, "--repair '10 days'"},
               {followed + " --rate 300", "--renew-after 1"},
               {followed + " --rate 300 --renew-after 1", "--renewal '1 day'"},
               {followed, "--fail-slow true"},
               {followed + " --rate 300", "--corruption true"},
               {followed, "--replications 30"},
               {followed, "--seed 9"},
               {followed, "--timeline out"},
               {fleet, jobs},
               {fleet + ' ' + jobs, "--policy sjf"},
               {fleet + ' ' + jobs, "--quota 24"},
               {fleet + ' ' + jobs + " --rack 16", "--topology required"},
               {fleet + ' ' + jobs + " --topology required", "--rack 16"},
               {fleet + ' ' + jobs, "--serving 0.2"},
               {fleet + ' ' + jobs + " --serving 0.2", "--serving-from 2"},
               {fleet + ' ' + jobs + " --serving 0.2", "--serving-to 10"},
               {fleet + ' ' + jobs, "--curtailments " + file("caps.csv")},
               {"", "--json"},
               {"", "--explain"},
               {"", "--brief"},
               {"", "--catalog /nonexistent"}};
  c.refused = {whole + " --replica 512",
               replicas + " --interval 1h",
               "--json --explain",
               "--json --brief",
               whole + " 16384 x h100-sxm",
               "--timeline out",
               trace + " --crews 2",
               trace + " --for '90 %'",
               followed + " --for '90 %' --spares 0.1",
               jobs + " --days 20",
               fleet + ' ' + jobs + " --seed 9",
               fleet + ' ' + jobs + " --replications 9",
               jobs + " --mechanism whole-job",
               jobs + " --serving-from 4",
               "--curtailments " + file("caps.csv"),
               followed + " --rack 72",
               followed + " --policy sjf",
               followed + " --age '1 year'",
               followed + " --for '90 %' " + trace,
               followed + " --hands-on '1 day'",
               followed + " --renewal '1 day'"};
  for (const char* alone : {"--spares 0.1", "--clustering 1", "--shape 0.5", "--crews 1", "--repair 1h",
                            "--fail-slow true", "--corruption true", "--policy sjf", "--quota 8", "--topology any",
                            "--serving 0.5", "--rack 72", "--start 2027-01-01", "--switch 512", "--renew-after 3"})
    c.refused.push_back(alone);
  c.only_time = {"--threads"};
  return c;
}

Command Commands::of_solve() {
  const std::string vary = "--vary 'site.memphis.burn_in=1 days..60 days'";
  const std::string asked = scenario("three-keys") + ' ' + vary;
  const std::string by = " --by 2026-12-31", until = " --until '1k usable'", reached = asked + until + by;
  Command c;
  c.effects = {{reached, "--set 'site.memphis.overheads=1.5'"},
               {reached + " --at p90 --trials 20", "--trials 30"},
               {reached + " --at p90 --trials 20", "--seed 9"},
               {reached + " --at p90 --trials 20", "--independent"},
               {reached, "--timings"},
               {reached, "--catalog /nonexistent"},
               {scenario("three-keys") + until + by, vary},
               {asked + by, "--until '1k usable'"},
               {asked + until, "--by 2026-12-31"},
               {reached, "--capital '$1B'"},
               {reached, "--at-most 'capital cost=$1B'"},
               {reached, "--at-least 'usable accelerators at the end=10'"},
               {reached + " --trials 20", "--at p90"},
               {reached, "--json"},
               {reached, "--csv out"}};
  c.refused = {reached + " --trials 20", reached + " --seed 9", reached + " --independent",
               reached + " --set 'site.memphis.burn_in=3 days'"};
  c.only_time = {"--threads"};
  return c;
}

Command Commands::of_show() const {
  const std::string three = scenario("three-keys");
  Command c;
  c.effects = {{"three-keys", "--resolved"}, {three, "--fields"},  {three, "--set 'site.memphis.burn_in=\"3 days\"'"},
               {"models", "--schema"},       {"models", "--json"}, {"models", "--catalog /nonexistent"}};
  c.refused = {"--set a=1",
               "models --set a=1",
               "--resolved",
               "--fields",
               "models --fields",
               three + " --schema",
               three + " --resolved --fields",
               "scenarios --catalog " + file("lab.toml"),
               "kinds --catalog " + file("lab.toml"),
               "models --schema --catalog " + file("lab.toml"),
               "--schema scenario three-keys"};
  return c;
}

std::map<std::string, Command> Commands::commands() const {
  std::map<std::string, Command> all;
  all["run"] = of_scenarios(scenario("three-keys"), "site.memphis.burn_in=\"40 days\"");
  all["run"].refused.push_back(scenario("network") + " --threads 2");
  Command& finance = all["finance"] = of_scenarios(scenario("finance/own-lease-cloud"), "own.wait=\"1 month\"");
  finance.effects.push_back({"", "--sam /nonexistent.json"});
  for (const char* beside : {"own-lease-cloud", "--set a=1", "--trials 3", "--seed 3", "--independent", "--threads 2",
                             "--timings", "--catalog x", "--against x", "--explain", "--brief", "--html x", "--trace x",
                             "--svg x", "--figure x", "--pypsa x", "-o x"})
    finance.refused.push_back("--sam " + file("sam.json") + ' ' + beside);
  all["train"] = of_training(false);
  all["plan"] = of_training(true);
  all["network"] = of_network();
  all["operate"] = of_operate();
  all["load"] = of_load();
  all["chip"] = of_chip();
  all["energy"] = of_energy();
  all["solve"] = of_solve();
  all["show"] = of_show();
  Command& validate = all["validate sites"];
  validate.effects = {
      {"", "--data /nonexistent"}, {"", "--bars " + file("bars.csv")}, {"", "--catalog /nonexistent"}, {"", "--json"},
      {"", "--csv out"},           {"", "--edition 2025-01-01"}};
  validate.refused = {"--bars " + file("bars.csv")};
  Command& calibrate = all["calibrate"];
  calibrate.effects = {{"slips", "--measurements /nonexistent"},
                       {"slips", "--leave-out chip"},
                       {"slips", "--json"},
                       {"slips", "--csv out"}};
  calibrate.refused = {"--json", "slips training --json", "slips --leave-out site",
                       "training --leave-out chip --write"};
  calibrate.only_time = {"--threads"};
  calibrate.elsewhere = {"--write"};
  Command& view = all["view"];
  view.effects = {{"", "--port 70000"},
                  {"", "--address 0.0.0.0"},
                  {"", "--token short"},
                  {"", "--folder /nonexistent"},
                  {"", "--allow-host ''"}};
  view.elsewhere = {"--no-browser"};
  return all;
}

TEST_F(Commands, EveryOptionHasARow) {
  const std::map<std::string, Command> all = commands();
  for (const std::string& command : commands_of(""))
    EXPECT_TRUE(all.contains(command) || command == "validate") << command << " has no rows";
  for (const auto& [name, command] : all)
    for (const auto& [option, valued] : options_of(name)) {
      bool tried = command.only_time.contains(option) || command.elsewhere.contains(option);
      for (const Effect& effect : command.effects)
        tried = tried || effect.option.substr(0, effect.option.find(' ')) == option;
      EXPECT_TRUE(tried) << name << ' ' << option << " has no row";
      if (valued) expect_refused(ran(name + ' ' + option + " ''"), name + ' ' + option + " ''");
    }
  const std::map<std::string, bool> known = options_of("validate sites");
  for (const std::string& table : commands_of("validate"))
    for (const auto& [option, valued] : options_of("validate " + table))
      EXPECT_TRUE(known.contains(option)) << table << ' ' << option << " has no row";
}

TEST_F(Commands, OptionsHaveAnEffectOrAreRefused) {
  std::map<std::string, Ran> known;
  for (const auto& [name, command] : commands()) {
    for (const Effect& effect : command.effects) {
      const std::string plain = name + ' ' + effect.without, question = plain + ' ' + effect.option;
      const Ran with = ran(question);
      if (with.status == 2) {
        expect_refused(with, question);
        continue;
      }
      if (!known.contains(plain)) known[plain] = ran(plain);
      const Ran& without = known[plain];
      EXPECT_TRUE(with.out != without.out || with.files != without.files) << question << " changes nothing";
    }
    for (const std::string& question : command.refused)
      expect_refused(ran(name + ' ' + question), name + ' ' + question);
  }
}

}  // namespace
}  // namespace orrery
