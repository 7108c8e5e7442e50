// Scenarios of every kind from any bytes, with the shipped catalog: what is taken is answered once at the medians, jobs
// by a few runs.
#include "base/confinement.h"
#include "fuzz/check.h"
#include "fuzz/target.h"
#include "programme/form.h"
#include "study/kinds.h"

namespace orrery::fuzz {
namespace {

/// An answer of numbers whose text and data can be read, or one refusal.
void feed(std::string_view bytes, const study::Kind& kind, const study::Sampling& sampling = {}) {
  static const Confinement source({source_folder()});
  const Confined confined(&source);
  const std::span<const study::Kind> kinds(&kind, 1);
  refused([&] {
    check_answer(study::answer(scenario::parse_scenario(bytes, "fuzz.toml", {}, study::forms_of(kinds)), facts(), kinds,
                               sampling),
                 bytes);
  });
}

/// The words of a form and names of the catalog that its texts may be.
Vocabulary vocabulary(const study::Kind& kind, std::initializer_list<const char*> facts_of) {
  Vocabulary words = words_of(kind.form());
  for (const char* of : facts_of)
    for (const catalog::Entry& entry : facts().entries(of)) words.words.push_back(entry.name);
  return words;
}

}  // namespace

void feed_programme(std::string_view bytes) {
  feed(bytes, study::programme_kind);
}
void feed_market(std::string_view bytes) {
  feed(bytes, study::market_kind);
}
void feed_factory(std::string_view bytes) {
  feed(bytes, study::chip_factory_kind);
}
void feed_finance(std::string_view bytes) {
  feed(bytes, study::finance_kind);
}
void feed_network(std::string_view bytes) {
  feed(bytes, study::network_kind);
}
void feed_training(std::string_view bytes) {
  feed(bytes, study::training_kind);
}
void feed_operate(std::string_view bytes) {
  feed(bytes, study::operate_kind, {3});  // a job that is followed would take many runs of its own
}

const Vocabulary& words_of_programme() {
  static const Vocabulary words =
      vocabulary(study::programme_kind, {"chips", "construction", "cooling", "power", "sites", "servers", "networks",
                                         "models", "equipment", "operations"});
  return words;
}
const Vocabulary& words_of_market() {
  static const Vocabulary words = vocabulary(study::market_kind, {});
  return words;
}
const Vocabulary& words_of_factory() {
  static const Vocabulary words = vocabulary(study::chip_factory_kind, {});
  return words;
}
const Vocabulary& words_of_finance() {
  static const Vocabulary words = vocabulary(study::finance_kind, {"prices", "contracts"});
  return words;
}
const Vocabulary& words_of_network() {
  static const Vocabulary words = vocabulary(study::network_kind, {"networks", "chips"});
  return words;
}
const Vocabulary& words_of_training() {
  static const Vocabulary words =
      vocabulary(study::training_kind, {"models", "chips", "networks", "frameworks", "optimizers", "losses"});
  return words;
}
const Vocabulary& words_of_operate() {
  static const Vocabulary words = vocabulary(study::operate_kind, {"chips", "recovery"});
  return words;
}
const Vocabulary& words_of_scenarios() {
  static const Vocabulary words = [] {
    Vocabulary all = words_of_programme();
    for (const Vocabulary* other : {&words_of_market(), &words_of_factory(), &words_of_finance(), &words_of_network(),
                                    &words_of_training(), &words_of_operate()})
      all = joined(std::move(all), *other);
    return all;
  }();
  return words;
}

}  // namespace orrery::fuzz
