#include "validation/tables.h"

#include <algorithm>
#include <filesystem>

#include "base/csv.h"
#include "base/error.h"
#include "machine/model/from_catalog.h"
#include "silicon/chip/accelerator.h"
#include "validation/announced_dates.h"
#include "validation/chips.h"
#include "validation/collectives.h"
#include "validation/columns.h"
#include "validation/communication_kernels.h"
#include "validation/goodput.h"
#include "validation/kernels.h"
#include "validation/memory.h"
#include "validation/pue.h"
#include "validation/scenarios.h"
#include "validation/single_nodes.h"
#include "validation/sites.h"
#include "validation/supply.h"
#include "validation/training.h"
#include "validation/unmeasured.h"

namespace orrery::validation {
namespace {

template <Score (*predict)(const CsvTable&, const Facts&)>
Score of_file(const std::string& path, const Facts& facts) {
  return predict(read_measured(path), facts);
}

/// The newest edition of the folder; where a day is asked for, the one without a day in its name as of that day.
Score of_sites(const std::string& folder, const Facts& facts) {
  const std::string undated = folder + "/data_center_timelines.csv";
  if (std::error_code none; facts.edition_asked && std::filesystem::exists(undated, none))
    return validate_sites(read_csv(undated), read_csv(folder + "/data_centers.csv"), facts.edition);
  const Vintage newest = read_vintages(folder, facts.edition).back();
  if (std::error_code none; !std::filesystem::exists(newest.sites, none))
    read_csv(newest.sites);  // says what is missing
  // The fit does not know the file.
  return at({newest.file}, "", [&] {
    return validate_sites(newest.timelines,
                          facts.edition_asked ? std::min(facts.edition, newest.edition) : newest.edition);
  });
}

Score of_announced_dates(const std::string& folder, const Facts& facts) {
  const std::vector<Vintage> vintages = read_vintages(folder, facts.edition);
  return at({vintages.back().file}, "", [&] { return validate_announced_dates(vintages, facts.catalog); });
}

constexpr Table all[] = {
    {"training", "step times of published training runs", "s", "training.csv", "", 0, of_file<validate_training>},
    {"kernels", "times of measured matrix products and attention", "s", "kernels.csv", "", 0,
     of_file<validate_kernels>},
    {"unmeasured", "times of measured matrix products, priced by the datasheet alone", "s", "kernels.csv", "", 0,
     of_file<validate_unmeasured>},
    {"operators", "times of operators launched one by one from PyTorch", "s", "operators.csv", "", 0,
     of_file<validate_kernels>},
    {"moe-mla", "times of measured mixtures of experts and latent attention", "s", "kernels_moe_mla.csv", "", 0,
     of_file<validate_kernels>},
    {"sparse-linear", "times of measured sparse, compressed and linear attention", "s", "kernels_sparse_linear.csv", "",
     0, of_file<validate_kernels>},
    {"vtrain", "iteration times of vTrain's single-node runs", "s", "",
     "data/ground_truth_single.csv of github.com/VIA-Research/vTrain, which states no licence", 0,
     of_file<validate_vtrain>},
    {"simumax", "step times of SimuMax's B200 runs", "s", "simumax.csv", "", 0, of_file<validate_simumax>},
    {"simumax-memory", "peak memory of SimuMax's B200 runs", "B", "simumax.csv", "", 0,
     of_file<validate_simumax_memory>},
    {"memory", "peak memory of published training runs", "B", "memory.csv", "", 0, validate_memory},
    {"communication", "times of all-reduces of serving software, of expert exchange and of oneCCL", "s",
     "communication.csv", "", 0, of_file<validate_communication>},
    {"collectives", "times of measured collectives", "s", "collectives.csv", "", 0, of_file<validate_collectives>},
    {"goodput", "shares of time in which large training jobs made progress", "share", "goodput.csv", "", 1,
     of_file<validate_goodput>},
    {"pue", "annual power usage effectiveness of data centres by operator and place", "PUE", "pue.csv", "", 0,
     of_file<validate_pue>},
    {"supply", "accelerators made and bought by quarter, by chip and owner", "accelerators", "supply.csv", "", 0,
     of_file<validate_supply>},
    {"sites", "when sites have their first capacity, half of what they have now, and 100 MW", "days", "sites", "", 2,
     of_sites},
    {"announced-dates",
     "when milestones came, or are due now, that an earlier edition of the sites' timelines announced",
     "days since that edition", "sites", "", 4, of_announced_dates},
    {"chips", "areas of dies, costs of chips, and what they sustain under their power limit", "as the row says",
     "chips.csv", "", 1, of_file<validate_chips>},
    {"scenarios", "what was seen of the systems of the shipped scenarios", "days since the start, or levels",
     "../scenarios", "", 4, validate_scenarios},
};

}  // namespace

std::span<const Table> tables() {
  return all;
}

Facts load_facts(catalog::Catalog catalog, Date edition) {
  Facts facts{std::move(catalog), {}, {}, edition};
  facts.hardware = training::load_hardware(facts.catalog);
  facts.models = model::known_models(facts.catalog);
  return facts;
}

const training::Accelerator* accelerator_called(const Facts& facts, const std::string& printed) {
  const catalog::Entry* chip = silicon::recognise_chip(facts.catalog, printed);
  return chip ? facts.hardware.find_accelerator(chip->name) : nullptr;
}

Score validate(const Table& table, const std::string& path, const Facts& facts) {
  Score score = table.predict(path, facts);
  score.table = table.name;
  score.meaning = table.meaning;
  score.unit = table.unit;
  score.listed = table.listed;
  summarise(score);
  return score;
}

}  // namespace orrery::validation
