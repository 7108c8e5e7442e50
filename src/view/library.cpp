#include "view/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

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

/// The names of the scenarios in a folder that can be read.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code ignored;
  if (!folder.empty())
    for (const fs::directory_entry& file : fs::directory_iterator(folder, ignored))
      if (file.path().extension() == ".toml" && is_name(file.path().stem().string()) &&
          is_readable_file(file.path().string()))
        out.push_back(file.path().stem().string());
  return out;
}

/// A document's table as programs read it.
json table_of(const study::Document& document, const char* table) {
  return json::parse(report::json_of(document, "")).at(table);
}

/// The file of a shipped scenario; empty where there is none.
std::string shipped_file(const std::string& share, const std::string& name) {
  std::error_code ignored;
  for (const char* folder : {"scenarios", "scenarios/finance"}) {
    const fs::path file = fs::path(share) / folder / (name + ".toml");
    if (fs::exists(file, ignored)) return file.string();
  }
  return "";
}

std::string absolute(const std::string& folder) {
  return folder.empty() ? folder : fs::absolute(folder).lexically_normal().string();
}

/// An object with the values of a reading, which are JSON already, as its last field.
std::string with_values(const json& object, const std::string& values) {
  std::string out = dump(object);
  out.erase(out.rfind("\n}"));
  return out + ",\n \"values\": " + values + "\n}\n";
}

}  // namespace

Library::Library(const catalog::Catalog& catalog, const std::string& share, const std::string& own,
                 const Limits& limits)
    : share_(absolute(share)),
      own_(absolute(own)),
      readings_(
          catalog, [this] { return confined(); }, limits) {}

std::unique_ptr<const Confinement> Library::confined() const {
  std::vector<std::string> folders = {share_ + "/catalog", share_ + "/scenarios"};
  std::error_code ignored;
  if (!own_.empty() && fs::is_directory(own_, ignored)) folders.push_back(own_);
  return std::make_unique<const Confinement>(folders, folders.back());
}

bool Library::is_shipped(const std::string& share, const std::string& name) {
  return !shipped_file(share, name).empty();
}

std::string Library::own_file(const std::string& name) const {
  return (fs::path(own_) / (name + ".toml")).string();
}

bool Library::is_own(const std::string& name) const {
  return !own_.empty() && !is_shipped(share_, name) && is_readable_file(own_file(name));
}

std::string Library::file(const std::string& name) const {
  if (is_name(name)) {
    if (const std::string shipped = shipped_file(share_, name); !shipped.empty()) return shipped;
    if (is_own(name)) return own_file(name);
  }
  std::vector<std::string> names = names_in(own_);
  for (const char* folder : {"/scenarios", "/scenarios/finance"})
    for (std::string& shipped : names_in(share_ + folder)) names.push_back(std::move(shipped));
  throw Refusal{404, "scenario", in_quotes(name) + " is no scenario that is known here",
                suggest(name, names, "GET /api/scenarios lists them")};
}

std::string Library::list() const {
  const std::lock_guard lock(listing_);
  if (!listed_.text.empty() && unchanged(listed_.files)) return listed_.text;
  const std::unique_ptr<const Confinement> within = confined();
  const Confined confined(within.get());
  std::map<std::string, json> rows;
  const auto add = [&](const std::vector<std::string>& folders, bool own) {
    for (const std::string& folder : folders) check_may_read(folder);  // and notes what stands in it
    for (const json& row : table_of(study::describe_scenarios(folders, study::kinds()), "scenarios")) {
      const std::string name = row.at("name").get<std::string>();
      if (is_name(name))
        rows.try_emplace(name,
                         json{{"name", name}, {"kind", row.at("kind")}, {"title", row.at("title")}, {"own", own}});
    }
  };
  add({share_ + "/scenarios", share_ + "/scenarios/finance"}, false);
  std::error_code ignored;
  if (!own_.empty() && fs::is_directory(own_, ignored)) add({own_}, true);
  json out = json::array();
  for (auto& [name, row] : rows) out.push_back(std::move(row));
  listed_ = {within->files(), dump(out)};
  if (!own_.empty() && !fs::is_directory(own_, ignored)) listed_.files.push_back(state_of(own_));
  return listed_.text;
}

std::string Library::scenario(const std::string& name) {
  const std::string path = file(name);
  const std::shared_ptr<const Reading> reading = readings_.read(path, {});
  json schema = table_of(study::describe_keys({reading->form}), "kinds").at(0);
  return with_values({{"name", name},
                      {"kind", reading->form->name},
                      {"title", reading->title.empty() ? name : reading->title},
                      {"hash", reading->hash},
                      {"own", is_own(name)},
                      {"text", read_file(path, largest_document)},
                      {"schema", std::move(schema)}},
                     reading->values);
}

std::string Library::check(const std::string& name, const std::vector<std::string>& overrides) {
  const std::shared_ptr<const Reading> reading = readings_.read(file(name), overrides);
  return with_values({{"hash", reading->hash}}, reading->values);
}

std::string Library::exported(const std::string& base, const std::vector<std::string>& overrides) {
  const std::string path = file(base);
  readings_.read(path, overrides);  // what cannot be answered is not handed on
  return dump({{"text", scenario::whole_text(path, overrides, study::forms_of(study::kinds()))}});
}

std::string Library::save(const std::string& name, const std::string& base, const std::vector<std::string>& overrides) {
  if (own_.empty())
    throw Refusal{403, "", "there is no folder of your own to save in", "start orrery view with --folder FOLDER"};
  if (!is_name(name))
    throw Refusal{422, "name", in_quotes(name) + " is no name for a scenario",
                  fmt::format("write at most {} letters, digits, dots, dashes and underscores", longest_name)};
  if (is_shipped(share_, name))
    throw Refusal{422, "name", in_quotes(name) + " is the name of a shipped scenario", "choose another name"};
  const std::string path = own_file(name);
  const std::lock_guard lock(saving_);
  std::error_code ignored;
  check_may_read(path);
  if (const fs::file_status there = fs::symlink_status(path, ignored); fs::exists(there))
    if (!fs::is_regular_file(there) || !read_file(path, largest_document).starts_with(mark))
      throw Refusal{422, "name", in_quotes(name) + " is there and was not saved by orrery view", "choose another name"};
  const std::string from = file(base);
  readings_.read(from, overrides);  // what cannot be answered is not saved
  const std::string text = mark + scenario::based_text(from, overrides, path, study::forms_of(study::kinds()));
  readings_.check_text(text, path, from);  // a path among the values is seen from its own folder
  StagedFiles files;
  files.add(path, text);
  files.commit();
  return dump({{"name", name}, {"text", text}});
}

}  // namespace orrery::view
