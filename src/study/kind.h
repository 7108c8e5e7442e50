// A kind of question is one record: what its files say, how they are read, its pure trial, its answer. Whoever adds one
// writes its models, one file here and one row of kinds(), and gets stacking, overrides, comparison, provenance,
// trials, threads, text, JSON, CSV and every door of the program with it.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "money/project/single_owner.h"
#include "scenario/cause.h"
#include "scenario/reader.h"
#include "study/document.h"
#include "study/trace.h"
#include "study/trials.h"

namespace orrery::study {

/// One number that a study gives: a date (days since the study's start, infinite for never) or an amount in base units.
struct Output {
  std::string name;
  Dimension dimension = {};  ///< of an amount
  bool is_date = false;
  bool compared = true;    ///< --against holds it to the other's
  bool explained = false;  ///< text says which inputs its spread comes from, and which levers move it
  enum class Aim { none, less, more } aim = Aim::none;  ///< what is better of an amount; of a date the earlier
};

/// A question that is ready: plain data and functions. What the functions need they own.
struct Study {
  std::string title, description;
  Date start, end;                          ///< of dated outputs; those beyond the end are "after" it
  std::vector<scenario::Setting> settings;  ///< every value with its origin
  std::vector<std::string> not_counted;     ///< what no price is known of: amounts of money leave it out
  std::vector<Input> inputs;
  std::vector<scenario::CommonCause> causes;  ///< what inputs share
  std::vector<Output> outputs;
  int worth = -1;  ///< the output that a lever's dollars are counted in, such as a net present value; -1: none
  Trial trial;
  std::function<Document(const Trials&)> answer;
  std::shared_ptr<const money::SingleOwner> project;  ///< whose cash flow a workbook can hold; null where there is none
  std::function<Trace()> trace;                       ///< of the medians; null where the kind has none
  std::function<std::map<std::string, std::string>()> pypsa;  ///< files of a PyPSA folder; null where the kind has none
  std::shared_ptr<void> memory;  ///< what its kind need not find anew for a scenario that differs a little; may be null
  std::function<std::size_t()> searched;  ///< how many long searches the memory holds; null where there are none
};

struct Kind {
  const scenario::Form& (*form)();
  /// Throws Error for what only shows once names are looked up.
  Study (*read)(const scenario::Scenario& scenario, const catalog::Catalog& catalog);
  /// The same of a scenario that differs a little from that of `before`, whose memory it uses; null where reading is
  /// all that there is to do. From several threads at once.
  Study (*read_again)(const Study& before, const scenario::Scenario& scenario,
                      const catalog::Catalog& catalog) = nullptr;
};

/// Every kind of study. The only list: commands, sweeps, the page and the documents ask it.
std::span<const Kind> kinds();

/// The forms of these kinds, in their order.
std::vector<const scenario::Form*> forms_of(std::span<const Kind> kinds);

/// A pass on the way to an answer, and how long it took, s.
struct Pass {
  std::string name;
  double seconds = 0;
};

/// A study with what its trials came to.
struct Answer {
  const Kind* kind = nullptr;
  std::string file;  ///< of the scenario, as named by the user
  Study study;
  Trials trials;
  Document document;
  std::vector<Pass> passes;  ///< in their order
};

/// Reads a scenario that was checked as one of these kinds, with the facts of its own that it names beside the
/// catalog's, and ties its inputs to the causes that they share. before, where it is given, is one of the same kind
/// with the same facts, whose memory it uses.
Study read_study(const scenario::Scenario& scenario, const catalog::Catalog& catalog, std::span<const Kind> kinds,
                 const Study* before = nullptr);
/// Reads a scenario that differs a little from that of `before`, with the same facts as that: by its kind's memory
/// where it has one. Its inputs share causes as those of read_study do.
Study read_changed(const Kind& kind, const Study& before, const scenario::Scenario& scenario,
                   const catalog::Catalog& facts);
/// The catalog with the facts of its own that a scenario names. Throws Error with the place of the name.
catalog::Catalog with_own_facts(catalog::Catalog catalog, const scenario::Scenario& scenario);
/// Reads it, runs its trials and answers.
Answer answer(const scenario::Scenario& scenario, const catalog::Catalog& catalog, std::span<const Kind> kinds,
              const Sampling& sampling);

/// What differs between two answers of a kind: their outputs at P50 (or the medians), and the values behind them.
/// Throws Error when they are of two kinds.
Document compare(const Answer& one, const Answer& other);

// Parts that all kinds share.

/// A study with the title and the description of its scenario.
Study titled_study(scenario::Reader& reader);
/// With all that the reader wrote down.
Study finished_study(Study study, scenario::Reader& reader);

// Parts that the answers of all kinds share; answer() adds the drivers and the facts.

/// A day of a study as text: "2024-09-02", or "after 2027-04-24" for what it does not reach.
std::string date_text(const Study& study, double day);
/// "200 trials, seed 1", or how many inputs stand at their medians.
std::string sampling_text(const std::vector<Input>& inputs, const Trials& trials);
/// Which causes and inputs the spread of outputs comes from: text for the explained ones, data for all that are
/// compared.
void add_drivers(Document& document, const Study& study, const Trials& trials);
/// The causes that inputs share as they are drawn, with their strengths and inputs; none where they are drawn apart.
void add_causes(Document& document, const Study& study, const Trials& trials);
/// Values that nobody stated, and what the numbers stand on; every value with its origin as data, and where text
/// explains.
void add_facts(Document& document, const Study& study);
/// Every value with its origin, for `orrery show SCENARIO --resolved`.
Document resolved(const Study& study);

}  // namespace orrery::study
