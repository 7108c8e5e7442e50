// PyPSA's folders: a small network by hand, and what is refused.
#include "site/power/pypsa.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "site/power/least_cost.h"

namespace orrery::site {
namespace {

/// A folder of files, by name.
struct Files {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("pypsa_test." + std::to_string(getpid()));
  Files() {
    std::filesystem::create_directories(folder);
    write("loads", "name,bus\ntown,main\n");
    write("loads-p_set", ",town\n0,10\n1,20\n");
    write("generators",
          "name,bus,carrier,p_nom,p_nom_extendable,p_nom_max,marginal_cost,capital_cost,efficiency\n"
          "plant,main,gas,0,True,inf,5,100,0.5\nshed,main,none,30,False,,1000,0,1\n");
    write("snapshots", "snapshot,objective,stores,generators\n0,1,1,1\n1,1,1,1\n");
  }
  ~Files() { std::filesystem::remove_all(folder); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / (name + ".csv")) << text;
  }
};

TEST(Pypsa, ReadsAPlantByHand) {
  Files files;
  PypsaNetwork network = read_pypsa(files.folder);
  EXPECT_EQ(network.column_names, std::vector<std::string>{"plant"});
  EXPECT_NEAR(least_cost(network.problem).cost, 20 * 100 + 30 * 5, 1e-4);
  // A battery of 2 h takes the peak down to what it can carry: 5 MW in by 6.25, out of them 5 at 80 % there and back.
  files.write("storage_units",
              "name,bus,p_nom_extendable,capital_cost,max_hours,efficiency_store,efficiency_dispatch,"
              "cyclic_state_of_charge\nbattery,main,True,1,2,0.8,1,True\n");
  network = read_pypsa(files.folder);
  const LeastCost answer = least_cost(network.problem);
  // x discharged, x / 0.8 charged in the other hour: the plant is 10 + x / 0.8 = 20 - x, x = 4.444.
  const double x = 10 / 2.25, charged = x / 0.8;
  EXPECT_NEAR(answer.built[0], 20 - x, 1e-4);
  EXPECT_NEAR(answer.cost, (20 - x) * (100 + 2 * 5) + charged, 1e-3);
  // Emissions of 0.2 a unit of gas: 30 MWh at 50 % are 12; half of that leaves 15 MWh unserved.
  std::filesystem::remove(files.folder / "storage_units.csv");
  files.write("carriers", "name,co2_emissions\ngas,0.2\nnone,0\n");
  files.write("global_constraints",
              "name,type,carrier_attribute,sense,constant\nlimit,primary_energy,co2_emissions,<=,6\n");
  network = read_pypsa(files.folder);
  EXPECT_NEAR(least_cost(network.problem).cost, 7.5 * 100 + 15 * 5 + 15 * 1000, 0.1);
}

TEST(Pypsa, SizesHaveALeastThatIsPaid) {
  const Files files;
  files.write("generators",
              "name,bus,p_nom_extendable,p_nom_min,p_nom_max,marginal_cost,capital_cost\n"
              "plant,main,True,25,40,5,100\nidle,main,True,3,3,9,7\n");
  const PypsaNetwork network = read_pypsa(files.folder);
  EXPECT_EQ(network.constant, 25 * 100 + 3 * 7);
  EXPECT_EQ(network.column_names, std::vector<std::string>{"plant"});
  EXPECT_NEAR(least_cost(network.problem).cost, 30 * 5, 1e-4);
}

TEST(Pypsa, ALinkCarriesBothWaysToAStoreBehindLosses) {
  const Files files;
  // One link of power and two of losses, as pypsa_files writes storage: x in gives 0.81 x, the plant is 10 + x =
  // 20 - 0.81 x.
  files.write("stores", "name,bus,e_nom_extendable,e_nom_max,e_cyclic,capital_cost\ntank,far,True,inf,True,1\n");
  files.write("links",
              "name,bus0,bus1,efficiency,p_nom,p_nom_extendable,p_min_pu,capital_cost\n"
              "power,main,between,1,0,True,-1,2\nin,between,far,0.9,50,False,0,0\nout,far,between,0.9,50,False,0,0\n");
  const PypsaNetwork network = read_pypsa(files.folder);
  const double x = 10 / 1.81;
  const double plant = (10 + x) * 100, tank = 0.9 * x, power = 2 * x, fuel = 5 * (30 + 0.19 * x);
  EXPECT_NEAR(least_cost(network.problem).cost, plant + tank + power + fuel, 1e-3);
}

TEST(Pypsa, StepsWithoutWeightsAreOfAYear) {
  const Files files;
  std::filesystem::remove(files.folder / "snapshots.csv");
  const PypsaNetwork network = read_pypsa(files.folder);
  EXPECT_EQ(network.problem.weight.at(0), 4380);
  ASSERT_EQ(network.notes.size(), 1U);
}

TEST(Pypsa, RefusesWhatItCannotSay) {
  const auto refused = [](const char* name, const std::string& text, const char* part) {
    const Files files;
    files.write(name, text);
    try {
      least_cost(read_pypsa(files.folder).problem);
      ADD_FAILURE() << name << ": " << text;
    } catch (const Error& error) {
      EXPECT_NE(error.message().find(part), std::string::npos) << error.message();
    }
  };
  refused("loads", "name,bus\ntown,main\nvillage,other\n", "a second bus");
  refused("loads-p_set", ",town\n0,10\n", "steps");
  refused("loads-p_set", ",town\n0,10\n1,\n", "empty");
  refused("loads-p_set", ",town\n0,10\n1,x\n", "csv:3");
  refused("generators", "name,bus\nplant,elsewhere\n", "bus");
  refused("generators", "name,bus,committable\nplant,main,True\n", "start and stop");
  refused("generators", "name,bus,ramp_limit_up\nplant,main,0.1\n", "ramp_limit_up");
  refused("generators", "name,bus,p_nom_extendable\nplant,main,perhaps\n", "neither");
  refused("generators", "name,bus,p_nom_extendable\nplant,main,True\n", "p_nom_max");
  refused("stores", "name,bus,e_cyclic\ntank,far,False\n", "e_cyclic");
  refused("links", "name,bus0,bus1\nwire,main,nowhere\n", "joins no store");
  refused("lines", "name,bus0,bus1\nwire,main,main\n", "kind");
  refused("snapshots", "snapshot,objective\n0,1\n1,2\n", "weight");
  refused("generators", "name,bus,p_nom\nplant,main\n", "2");
  refused("generators", "name,bus\n", "no rows");
  refused("generators", "name,bus,p_nom\nplant,main,1\nplant,main,2\n", "second time");
  refused("generators", "name,bus,p_nom,active\nplant,main,1,False\n", "active");
  refused("generators", "name,bus,p_nom_extendable,p_nom_min,p_nom_max\nplant,main,True,5,4\n", "p_nom_min");
  refused("generators-p_max_pu", ",plant,plant\n0,1,1\n1,1,1\n", "second time");
  refused("generators-p_min_pu", ",plant\n0,1\n1,1\n", "series");
  refused("buses", "name\nother\n", "no bus");
  refused("links", "name,bus0,bus1\nwire,main,main\n", "bus0");
  refused("snapshots", "snapshot,objective,stores,generators\n0,1,1,2\n1,1,1,2\n", "objective");
  EXPECT_THROW(read_pypsa("/nonexistent"), Error);
}

}  // namespace
}  // namespace orrery::site
