#include "fuzz/check.h"

#include <unistd.h>

#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "report/document.h"
#include "study/kinds.h"

namespace orrery::fuzz {
namespace {

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
}

/// Whether "nan" or "inf" stands in it as a number: between what is no small letter, as in "$nan" and "infT".
bool holds_no_number(std::string_view text) {
  const auto is_small = [&](std::size_t i) { return i < text.size() && (std::islower(text[i]) || text[i] == '_'); };
  for (const std::string_view word : {"nan", "inf"})
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
      if ((at == 0 || !std::isalpha(text[at - 1])) && !is_small(at + word.size())) return true;
  return false;
}

std::size_t longest_number(std::string_view text) {
  std::size_t most = 0, run = 0;
  for (const char c : text) {
    run = std::isdigit(static_cast<unsigned char>(c)) || (run > 0 && c == ',') ? run + 1 : 0;
    most = std::max(most, run);
  }
  return most;
}

}  // namespace

bool refusals_told = false;

void fail(std::string_view problem) {
  std::fprintf(stderr, "fuzz: %.*s\n", static_cast<int>(problem.size()), problem.data());
  std::abort();
}

void check_refusal(const Error& error) {
  const std::string& message = error.message();
  if (refusals_told) std::fprintf(stderr, "  %s\n", message.c_str());
  const auto wrong = [&](const char* what) { fail(std::string(what) + ": " + message); };
  for (const char c : message)
    if (is_control(c) || c == '\n') wrong("a refusal holds control characters");
  if (error.place().file.empty() && error.key().empty()) wrong("a refusal says neither file nor key");
  if (error.problem().empty() || error.remedy().empty()) wrong("a refusal without problem or remedy");
  if (message.size() > 4000) wrong("a refusal longer than a screen");
}

void check_text(std::string_view text, std::string_view input) {
  if (holds_no_number(text) && !holds_no_number(input)) fail("the text holds nan or inf:\n" + std::string(text));
  if (longest_number(text) > std::max<std::size_t>(40, longest_number(input)))
    fail("the text holds a number of over 40 digits:\n" + std::string(text));
  for (const char c : text)
    if (is_control(c)) fail("the text holds control characters");
}

void check_answer(const study::Answer& answer, std::string_view input) {
  // A training job that fits nowhere has no step.
  const bool has_all = answer.kind->form != study::training_kind.form;
  for (const std::vector<double>& values : answer.trials.values)
    for (const double x : values)
      if (has_all && std::isnan(x)) fail("an output is not a number");
  for (const study::Block& block : answer.document.blocks)
    if (const auto* table = std::get_if<study::Table>(&block))
      for (const std::vector<study::Cell>& row : table->rows)
        if (row.size() != table->columns.size()) fail("a row of table '" + table->key + "' is not as wide as it");
  for (const study::Detail detail : {study::Detail::brief, study::Detail::explained})
    check_text(report::text_of(answer.document, detail), input);
  if (!nlohmann::json::accept(report::json_of(answer))) fail("the data are no JSON");
  report::csv_of(answer.document);
}

std::string source_folder() {
  return ORRERY_SOURCE;
}

const catalog::Catalog& facts() {
  static const catalog::Catalog catalog(source_folder() + "/catalog");
  return catalog;
}

OwnFile::OwnFile(std::string_view name, std::string_view text) {
  namespace fs = std::filesystem;
  static const fs::path own = fs::temp_directory_path() / ("orrery-fuzz-" + std::to_string(getpid()));
  fs::create_directories(own);
  path_ = (own / name).string();
  std::ofstream(path_, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

OwnFile::~OwnFile() {
  std::error_code none;
  std::filesystem::remove_all(folder(), none);
}

std::string OwnFile::folder() const {
  return std::filesystem::path(path_).parent_path().string();
}

}  // namespace orrery::fuzz
