// What is fuzzed: a reader or a law with the function that feeds it any bytes. libFuzzer's program and the one that
// only reads the seeds choose among the same list.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "fuzz/mutate.h"

namespace orrery::fuzz {

struct Target {
  std::string_view name;                        ///< of its seeds' folder and its program, fuzz_NAME
  void (*feed)(std::string_view);               ///< returns, whatever the bytes, or ends the program by fail()
  const Vocabulary& (*vocabulary)() = nullptr;  ///< what mutations take words from; null: bytes alone
};

/// Every target. The only list: the programs and `./dev fuzz` go by it.
std::span<const Target> targets();
/// The target of a name; null where there is none.
const Target* find_target(std::string_view name);

// The functions, by file.
void feed_amount(std::string_view bytes);
void feed_catalog(std::string_view bytes);
void feed_config(std::string_view bytes);
void feed_csv(std::string_view bytes);
void feed_request(std::string_view bytes);
void feed_result(std::string_view bytes);
void feed_sam(std::string_view bytes);
void feed_graph(std::string_view bytes);
void feed_traffic(std::string_view bytes);
void feed_own_network(std::string_view bytes);
void feed_table(std::string_view bytes);
void feed_timelines(std::string_view bytes);
void feed_faults(std::string_view bytes);
void feed_jobs(std::string_view bytes);
void feed_weather(std::string_view bytes);
void feed_programme(std::string_view bytes);
void feed_market(std::string_view bytes);
void feed_factory(std::string_view bytes);
void feed_finance(std::string_view bytes);
void feed_network(std::string_view bytes);
void feed_training(std::string_view bytes);
void feed_operate(std::string_view bytes);
void feed_laws(std::string_view bytes);

const Vocabulary& words_of_catalog();
const Vocabulary& words_of_config();
const Vocabulary& words_of_csv();
const Vocabulary& words_of_request();
const Vocabulary& words_of_sam();
const Vocabulary& words_of_networks();
const Vocabulary& words_of_tables();
const Vocabulary& words_of_programme();
const Vocabulary& words_of_market();
const Vocabulary& words_of_factory();
const Vocabulary& words_of_finance();
const Vocabulary& words_of_network();
const Vocabulary& words_of_training();
const Vocabulary& words_of_operate();
const Vocabulary& words_of_scenarios();  ///< of all kinds

}  // namespace orrery::fuzz
