#include "view/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "base/confinement.h"
#include "base/files.h"
#include "report/document.h"
#include "scenario/write.h"
#include "study/describe.h"

namespace orrery::view {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

constexpr std::size_t longest_name = 64;
constexpr const char* mark = "# Saved by orrery view, which writes over it when it saves under this name again.\n";

std::string dump(const json& value) {
  return value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

/// Names of files: nothing that leads elsewhere, is hidden or needs quotes.
bool is_name(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !name.empty() && name.size() <= longest_name && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), plain);
}

/// The names of the scenarios in a folder.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code ignored;
  if (!folder.empty())
    for (const fs::directory_entry& file : fs::directory_iterator(folder, ignored))
      if (file.path().extension() == ".toml" && is_name(file.path().stem().string()))
        out.push_back(file.path().stem().string());
  return out;
}

/// A document's table as programs read it.
json table_of(const study::Document& document, const char* table) {
  return json::parse(report::json_of(document, "")).at(table);
}

constexpr std::ptrdiff_t most_readings = 2;  // at a time

scenario::Scenario read(const std::string& file, const std::vector<std::string>& overrides) {
  return scenario::read_scenario(file, overrides, study::forms_of(study::kinds()));
}

}  // namespace

Library::Library(std::string share, std::string own)
    : share_(std::move(share)), own_(std::move(own)), reading_(most_readings) {}

json Library::values_of(const scenario::Scenario& scenario, const catalog::Catalog& catalog) const {
  reading_.acquire();
  const std::unique_ptr<std::counting_semaphore<>, void (*)(std::counting_semaphore<>*)> turn(
      &reading_, [](std::counting_semaphore<>* of) { of->release(); });
  return table_of(study::resolved(study::read_study(scenario, catalog, study::kinds())), "values");
}

std::vector<std::string> Library::folders() const {
  std::vector<std::string> out = {share_ + "/catalog", share_ + "/scenarios"};
  if (!own_.empty()) out.push_back(own_);
  return out;
}

std::string Library::own_file(const std::string& name) const {
  return (fs::path(own_) / (name + ".toml")).string();
}

std::string Library::shipped_file(const std::string& name) const {
  std::error_code ignored;
  for (const char* folder : {"scenarios", "scenarios/finance"}) {
    const fs::path file = fs::path(share_) / folder / (name + ".toml");
    if (fs::exists(file, ignored)) return file.string();
  }
  return "";
}

bool Library::is_own(const std::string& name) const {
  return !own_.empty() && is_readable_file(own_file(name));
}

std::string Library::file(const std::string& name) const {
  if (is_name(name)) {
    if (is_own(name)) return own_file(name);
    if (const std::string shipped = shipped_file(name); !shipped.empty()) return shipped;
  }
  std::vector<std::string> names = names_in(own_);
  for (const char* folder : {"/scenarios", "/scenarios/finance"})
    for (std::string& shipped : names_in(share_ + folder)) names.push_back(std::move(shipped));
  throw Refusal{404, "scenario", in_quotes(name) + " is no scenario that is known here",
                suggest(name, names, "GET /api/scenarios lists them")};
}

std::string Library::list() const {
  std::map<std::string, json> rows;
  const auto add = [&](const std::vector<std::string>& folders, bool own) {
    for (const json& row : table_of(study::describe_scenarios(folders, study::kinds()), "scenarios")) {
      const std::string name = row.at("name").get<std::string>();
      if (is_name(name))
        rows[name] = {{"name", name}, {"kind", row.at("kind")}, {"title", row.at("title")}, {"own", own}};
    }
  };
  add({share_ + "/scenarios", share_ + "/scenarios/finance"}, false);
  if (!own_.empty()) add({own_}, true);
  json out = json::array();
  for (auto& [name, row] : rows) out.push_back(std::move(row));
  return dump(out);
}

std::string Library::scenario(const std::string& name, const catalog::Catalog& catalog) const {
  const std::string path = file(name);
  const scenario::Scenario scenario = read(path, {});
  const Node* title = scenario.root.find("title");
  json schema = table_of(study::describe_keys({scenario.form}), "kinds").at(0);
  return dump({{"name", name},
               {"kind", scenario.form->name},
               {"title", title ? title->text : name},
               {"hash", scenario::hash_of(scenario)},
               {"own", is_own(name)},
               {"text", read_file(path, largest_document)},
               {"values", values_of(scenario, catalog)},
               {"schema", std::move(schema)}});
}

std::string Library::check(const std::string& name, const std::vector<std::string>& overrides,
                           const catalog::Catalog& catalog) const {
  const scenario::Scenario scenario = read(file(name), overrides);
  return dump({{"hash", scenario::hash_of(scenario)}, {"values", values_of(scenario, catalog)}});
}

std::string Library::exported(const std::string& base, const std::vector<std::string>& overrides,
                              const catalog::Catalog& catalog) const {
  const std::string path = file(base);
  values_of(read(path, overrides), catalog);  // what cannot be answered is not handed on
  return dump({{"text", scenario::whole_text(path, overrides, study::forms_of(study::kinds()))}});
}

std::string Library::save(const std::string& name, const std::string& base, const std::vector<std::string>& overrides,
                          const catalog::Catalog& catalog) {
  if (own_.empty())
    throw Refusal{403, "", "there is no folder of your own to save in", "start orrery view with --folder FOLDER"};
  if (!is_name(name))
    throw Refusal{422, "name", in_quotes(name) + " is no name for a scenario",
                  fmt::format("write at most {} letters, digits, dots, dashes and underscores", longest_name)};
  if (!shipped_file(name).empty())
    throw Refusal{422, "name", in_quotes(name) + " is the name of a shipped scenario", "choose another name"};
  const std::string path = own_file(name);
  const std::lock_guard lock(saving_);
  std::error_code ignored;
  check_may_read(path);
  if (const fs::file_status there = fs::symlink_status(path, ignored); fs::exists(there))
    if (!fs::is_regular_file(there) || !read_file(path, largest_document).starts_with(mark))
      throw Refusal{422, "name", in_quotes(name) + " is there and was not saved by orrery view", "choose another name"};
  const std::string from = file(base);
  values_of(read(from, overrides), catalog);  // what cannot be answered is not saved
  const std::string text = mark + scenario::based_text(from, overrides, path, study::forms_of(study::kinds()));
  StagedFiles files;
  files.add(path, text);
  files.commit();
  return dump({{"name", name}, {"text", text}});
}

}  // namespace orrery::view
