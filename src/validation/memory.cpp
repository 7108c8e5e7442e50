#include "validation/memory.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "machine/model/read.h"
#include "validation/columns.h"
#include "validation/training.h"

namespace orrery::validation {
namespace {

using namespace training;

constexpr double gibibyte = 1073741824;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// What a row asks: a job on a machine with software of its own.
struct Report {
  Row row;
  Job job;
  Machine machine;
  Layout layout;
  Framework software;
};

/// The path of a file that a table names, beside it or one folder up.
std::string beside(const std::string& table, const std::string& named) {
  const std::filesystem::path folder = std::filesystem::path(table).parent_path();
  for (const std::filesystem::path& place : {folder / named, folder.parent_path() / named})
    if (std::filesystem::exists(place)) return place.string();
  return named;
}

/// The catalog's name of a loss as the table prints it: "loss-parallel, eager" is the first of its words that is one.
void take_printed_loss(MemoryRules& rules, const Facts& facts, const std::string& printed) {
  if (printed.empty()) return;
  std::string name = lower_case(printed.substr(0, printed.find(',')));
  for (char& c : name)
    if (c == ' ') c = '-';
  take_loss(rules, facts.catalog, name);
}

/// "adamw, fp32 states" is adamw; words of narrower states name others.
std::string optimizer_called(const std::string& printed) {
  const std::string p = folded(printed);
  if (has(p, "8bit")) return "adamw-8bit";
  if (has(p, "adafactor")) return "adafactor";
  if (has(p, "muon")) return "muon";
  if (has(p, "lion")) return "lion";
  if (has(p, "sgd")) return "sgd";
  if (has(p, "purebf16") || has(p, "nomaster")) return "adamw-bf16";
  if (has(p, "bf16states")) return "adamw-bf16-states";
  return has(p, "torchadam") || has(p, "foreach") ? "torch-adamw" : "adamw";
}

/// The configuration that a row types itself.
void read_typed(const CsvTable& t, std::size_t r, const std::string& path, const Facts& facts, Report& report) {
  std::string& skipped = report.row.skipped;
  report.machine.accelerator = accelerator_called(facts, t.cell(r, "accelerator"));
  if (!report.machine.accelerator) {
    skipped = "the accelerator is not in the catalog";
    return;
  }
  const std::string name = t.cell(r, "model");
  report.job.model = model::shape_of(model::read(model::is_path(name) ? beside(path, name) : name, facts.catalog));
  report.machine.accelerators = t.number(r, "accelerators", 0);
  report.job.sequence = t.number(r, "sequence", 0);
  report.job.global_batch = t.number(r, "batch", 0);
  report.job.precision = silicon::parse_precision(t.cell(r, "precision"));
  report.layout = parse_layout(t.cell(r, "layout"));
  if (!(report.machine.accelerators >= 1 && report.machine.accelerators <= 1e8 && report.job.sequence >= 1 &&
        report.job.sequence <= 1e9 && report.job.global_batch >= 1 && report.job.global_batch <= 1e9))
    skipped = "accelerators, sequence or batch are not printed, or out of range";
}

void read_configuration(const CsvTable& t, std::size_t r, const std::string& path, const CsvTable* runs,
                        const Facts& facts, Report& report) {
  const std::string id = t.cell(r, "training_id");
  if (id.empty()) return read_typed(t, r, path, facts, report);
  std::optional<std::size_t> row;
  for (std::size_t i = 0; runs && i < runs->size() && !row; ++i)
    if (runs->cell(i, "id") == id) row = i;
  if (!row) {
    report.row.skipped = "its row of training.csv is not beside the table";
    return;
  }
  MeasuredRun run = read_run(*runs, *row, facts, true);
  report.row.skipped = run.row.skipped;
  report.job = std::move(run.job), report.machine = run.machine, report.layout = run.layout;
}

double at_measured(const MemoryUse& use, const std::string& what) {
  if (what == "allocated") return use.allocated();
  if (what == "reserved") return use.reserved();
  return what == "step peak" ? use.at_update() : use.total();
}

/// Whether the reported verdict is the one predicted, as words.
std::string judged(const std::string& verdict, const MemoryUse& use) {
  const std::size_t digits = verdict.find_first_of("0123456789");
  if (digits == std::string::npos) return "";
  const double capacity = std::atof(verdict.c_str() + digits) * gibibyte;
  const bool fits = use.total() <= capacity;
  return fits == has(verdict, "fits") ? "right" : "wrong";
}

}  // namespace

Score validate_memory(const std::string& path, const Facts& facts) {
  const CsvTable table = read_measured(path);
  table.require({"id", "model", "accelerator", "framework", "layout", "measured_GiB", "measured_what"},
                "give a table with the columns of measurements/memory.csv");
  const std::string training = beside(path, "training.csv");
  std::optional<CsvTable> runs;
  if (std::filesystem::exists(training)) runs = read_measured(training);
  Score score;
  for (std::size_t i = 0; i < table.size(); ++i) {
    Report report;
    Row& row = report.row;
    row.id = table.cell(i, "id");
    row.group = table.cell(i, "framework");
    row.measured = table.number(i, "measured_GiB", 0) * gibibyte;
    std::string verdict = table.cell(i, "verdict"), peak;
    try {
      read_configuration(table, i, path, runs ? &*runs : nullptr, facts, report);
      if (row.skipped.empty()) {
        const std::string& generation = report.machine.accelerator->generation;
        const std::string compiled = table.cell(i, "compiled"), note = table.cell(i, "note");
        report.software = facts.hardware.framework(row.group + (compiled == "no" ? " eager" : ""), generation);
        if (!compiled.empty()) compile(report.software.memory, compiled == "yes");
        if (has(note, "no expandable segments")) report.software.memory.reserved = segmented;
        take_printed_loss(report.software.memory, facts, table.cell(i, "loss"));
        report.job.optimizer = read_optimizer(facts.catalog, optimizer_called(table.cell(i, "optimizer")));
        report.machine.framework = &report.software;
        if (const auto bad = illegality(report.job, report.machine, report.layout); bad && bad->key != "batch")
          throw Error({}, bad->key, bad->problem, bad->remedy);
        const MemoryUse use = memory_use(report.job, report.machine, report.layout);
        row.predicted = at_measured(use, table.cell(i, "measured_what"));
        const catalog::Band band = memory_band(report.software.memory);
        row.band = {row.predicted * band.p10, row.predicted * band.p90};
        peak = use.peak();
        if (!verdict.empty()) verdict += ": " + judged(verdict, use);
        if (has(note, "not scored")) row.skipped = "shown, not scored";
        else if (row.measured <= 0) row.skipped = "no figure, only whether it fits";
      }
    } catch (const Error& e) {
      row.skipped = e.problem();
    }
    row.labels = {{"verdict", verdict}, {"peak", peak}};
    score.rows.push_back(std::move(row));
  }
  return score;
}

}  // namespace orrery::validation
