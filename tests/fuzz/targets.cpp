#include "fuzz/target.h"

#include <algorithm>

namespace orrery::fuzz {

std::span<const Target> targets() {
  static const Target all[] = {
      {"amount", feed_amount},
      {"catalog", feed_catalog, words_of_catalog},
      {"config", feed_config, words_of_config},
      {"csv", feed_csv, words_of_csv},
      {"request", feed_request, words_of_request},
      {"result", feed_result, words_of_request},
      {"sam", feed_sam, words_of_sam},
      {"graph", feed_graph, words_of_csv},
      {"traffic", feed_traffic, words_of_csv},
      {"own_network", feed_own_network, words_of_networks},
      {"table", feed_table, words_of_tables},
      {"timelines", feed_timelines, words_of_tables},
      {"faults", feed_faults, words_of_csv},
      {"jobs", feed_jobs, words_of_csv},
      {"weather", feed_weather, words_of_csv},
      {"programme", feed_programme, words_of_programme},
      {"market", feed_market, words_of_market},
      {"factory", feed_factory, words_of_factory},
      {"finance", feed_finance, words_of_finance},
      {"network", feed_network, words_of_network},
      {"training", feed_training, words_of_training},
      {"operate", feed_operate, words_of_operate},
      {"laws", feed_laws, words_of_scenarios},
  };
  return all;
}

const Target* find_target(std::string_view name) {
  const auto it = std::find_if(targets().begin(), targets().end(), [&](const Target& t) { return t.name == name; });
  return it == targets().end() ? nullptr : &*it;
}

}  // namespace orrery::fuzz
