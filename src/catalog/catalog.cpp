// Finding facts: the folder of a kind is read when it is first asked for, names and aliases are unique within a kind,
// and a mistyped name is answered with the nearest ones.
#include "catalog/catalog.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "base/files.h"
#include "base/value.h"

namespace orrery::catalog {
namespace {

constexpr std::array<std::pair<std::string_view, Basis>, 7> bases = {{{"spec", Basis::spec},
                                                                      {"vendor", Basis::vendor},
                                                                      {"reported", Basis::reported},
                                                                      {"observed", Basis::observed},
                                                                      {"derived", Basis::derived},
                                                                      {"assumed", Basis::assumed},
                                                                      {"projected", Basis::projected}}};

/// Reads a file's entries into those of its kind, whose names it may not use again.
void read_into(std::vector<Entry>& entries, std::string_view kind, const std::string& file) {
  std::map<std::string, Place, std::less<>> taken;
  const auto claim = [&](const Entry& entry) {
    std::vector<std::string> names = entry.aliases;
    names.push_back(entry.name);
    for (const std::string& name : names) {
      const auto [other, fresh] = taken.emplace(name, entry.place);
      if (!fresh)
        throw Error(entry.place, entry.name, in_quotes(name) + " is already used at " + other->second.text(),
                    "names and aliases are unique within a kind; choose another");
    }
  };
  for (const Entry& entry : entries) claim(entry);
  for (Entry& entry : read_entries(read_file(file, largest_document), kind, file)) {
    claim(entry);
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
}

std::vector<Entry> read_folder(const std::string& folder, std::string_view kind) {
  const std::filesystem::path path = std::filesystem::path(folder) / kind;
  std::vector<std::string> files;
  std::error_code failed;
  for (std::filesystem::directory_iterator it(path, failed), end; !failed && it != end; it.increment(failed))
    if (it->path().extension() == ".toml") files.push_back(it->path().string());
  if (failed || files.empty())
    throw Error({path.string()}, "", "holds no facts", "put *.toml files of " + std::string(kind) + " there");
  std::sort(files.begin(), files.end());

  std::vector<Entry> entries;
  for (const std::string& file : files) read_into(entries, kind, file);
  return entries;
}

}  // namespace

std::string basis_name(Basis basis) {
  for (const auto& [name, value] : bases)
    if (value == basis) return std::string(name);
  return "";
}

Basis parse_basis(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& [known, value] : bases) {
    if (known == name) return value;
    names.emplace_back(known);
  }
  const std::string list = "the bases are spec, vendor, reported, observed, derived, assumed and projected";
  throw Error({}, "", in_quotes(name) + " is not a basis", suggest(name, names, list));
}

std::string Figure::value_text() const {
  switch (kind) {
    case Kind::amount:
      return describe(amount, dimension);
    case Kind::text:
      return text;
    case Kind::texts: {
      std::string out;
      for (const std::string& item : texts) out += (out.empty() ? "" : ", ") + item;
      return out;
    }
    case Kind::boolean:
      return boolean ? "yes" : "no";
  }
  return "";
}

const Figure* Entry::find(std::string_view key) const {
  for (const Figure& figure : figures)
    if (figure.key == key) return &figure;
  return nullptr;
}

const Figure& Entry::at(std::string_view key) const {
  if (const Figure* figure = find(key)) return *figure;
  throw Error(place, name + '.' + std::string(key), "is not in the catalog",
              "add " + std::string(key) + " with its basis, source and date to [" + name + "], or choose another");
}

Catalog::Catalog(std::string folder) : folder_(std::move(folder)) {
  std::error_code failed;
  if (!std::filesystem::is_directory(folder_, failed))
    throw Error({folder_}, "", "is not the folder of a catalog",
                "name the folder that holds chips/, sites/ and the others");
}

const std::vector<Entry>& Catalog::entries(std::string_view kind) const {
  if (const auto it = loaded_.find(kind); it != loaded_.end()) return it->second;
  const KindSchema& known = schema_of(kind);
  return loaded_.emplace(std::string(kind), read_folder(folder_, known.kind)).first->second;
}

void Catalog::add(std::string_view kind, const std::string& file) {
  std::vector<Entry> all = entries(kind);
  read_into(all, schema_of(kind).kind, file);
  loaded_.find(kind)->second = std::move(all);
}

const Entry& Catalog::entry(std::string_view kind, std::string_view name) const {
  return entry(kind, name, {}, "");
}

const Entry& Catalog::entry(std::string_view kind, std::string_view name, const Place& place,
                            const std::string& key) const {
  std::vector<std::string> names;
  for (const Entry& entry : entries(kind)) {
    if (entry.name == name) return entry;
    names.push_back(entry.name);
    for (const std::string& alias : entry.aliases) {
      if (alias == name) return entry;
      names.push_back(alias);
    }
  }
  throw Error(place, key, in_quotes(name) + " is not in the catalog of " + std::string(kind),
              suggest(name, names, "`orrery show " + std::string(kind) + "` lists the names"));
}

}  // namespace orrery::catalog
