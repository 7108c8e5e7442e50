// Finding facts: the folder of a kind is read when it is first asked for, names and aliases are unique within a kind,
// and a mistyped name is answered with the nearest ones.
#include "catalog/catalog.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "base/confinement.h"
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

/// Names and aliases are unique within a kind. Whoever comes later is refused, and one's own come last.
void check_names(const std::vector<Entry>& entries, const std::set<std::string>& own) {
  std::map<std::string_view, const Entry*> taken;
  const auto claim = [&](const std::string& name, const Entry& entry) {
    const auto [other, fresh] = taken.emplace(name, &entry);
    if (!fresh)
      throw Error(entry.place, entry.name, in_quotes(name) + " is already used at " + other->second->place.text(),
                  "names and aliases are unique within a kind; choose another");
  };
  for (const bool mine : {false, true})
    for (const Entry& entry : entries) {
      if (own.contains(entry.name) != mine) continue;
      claim(entry.name, entry);
      for (const std::string& alias : entry.aliases) claim(alias, entry);
    }
}

/// A file is read more than once, so what gives its text only once, or waits for somebody to write it, is refused.
void check_plain(const std::string& file) {
  check_may_read(file);
  std::error_code ignored;
  const auto type = std::filesystem::status(file, ignored).type();
  if (type != std::filesystem::file_type::regular && type != std::filesystem::file_type::not_found &&
      type != std::filesystem::file_type::directory && type != std::filesystem::file_type::none)
    throw Error({file}, "", "is neither a file nor a folder", "write what it gives to a file and name that");
}

/// The text of a file of facts. Throws Error for what is not a plain file, or is too large.
std::string read_facts(const std::string& file) {
  check_plain(file);
  return read_file(file, largest_document);
}

std::vector<std::string> toml_files(const std::filesystem::path& folder) {
  check_may_read(folder.string());
  std::vector<std::string> files;
  std::error_code ignored;
  for (const auto& item : std::filesystem::directory_iterator(folder, ignored))
    if (item.path().extension() == ".toml") files.push_back(item.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

void sort_by_name(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
}

std::vector<Entry> read_folder(const std::string& folder, std::string_view kind) {
  const std::filesystem::path path = std::filesystem::path(folder) / kind;
  const std::vector<std::string> files = toml_files(path);
  if (files.empty())
    throw Error({path.string()}, "", "holds no facts", "put *.toml files of " + std::string(kind) + " there");
  std::vector<Entry> entries;
  for (const std::string& file : files)
    for (Entry& entry : read_entries(read_facts(file), kind, file)) entries.push_back(std::move(entry));
  check_names(entries, {});
  sort_by_name(entries);
  return entries;
}

/// What one's own entry says of a shipped one takes the place of what that says.
void correct(Entry& shipped, Entry own) {
  shipped.place = own.place;
  if (!own.title.empty()) shipped.title = own.title;
  if (!own.note.empty()) shipped.note = own.note;
  for (const std::string& alias : own.aliases)
    if (alias != shipped.name &&
        std::find(shipped.aliases.begin(), shipped.aliases.end(), alias) == shipped.aliases.end())
      shipped.aliases.push_back(alias);
  for (Figure& figure : own.figures) {
    const auto it = std::find_if(shipped.figures.begin(), shipped.figures.end(),
                                 [&](const Figure& f) { return f.key == figure.key; });
    if (it == shipped.figures.end()) shipped.figures.push_back(std::move(figure));
    else *it = std::move(figure);
  }
  for (Entry& part : own.parts) {
    const auto it = std::find_if(shipped.parts.begin(), shipped.parts.end(),
                                 [&](const Entry& p) { return p.kind == part.kind && p.name == part.name; });
    if (it == shipped.parts.end()) shipped.parts.push_back(std::move(part));
    else correct(*it, std::move(part));
  }
}

/// The entry of a name or alias; null where none has it.
const Entry* named(const std::vector<Entry>& entries, std::string_view name) {
  for (const Entry& entry : entries)
    if (entry.name == name || std::find(entry.aliases.begin(), entry.aliases.end(), name) != entry.aliases.end())
      return &entry;
  return nullptr;
}

bool is_kind(const std::string& name) {
  return std::any_of(schema().begin(), schema().end(), [&](const KindSchema& kind) { return kind.kind == name; });
}

/// The kind of a file of one's own: that of its folder, or what its head says.
std::string kind_of_file(const std::string& file) {
  check_plain(file);
  std::error_code ignored;
  const std::string folder = std::filesystem::weakly_canonical(file, ignored).parent_path().filename().string();
  if (is_kind(folder)) return folder;
  const Node document = read_document(file);
  const Node* kind = document.find("kind");
  if (!kind || kind->kind != Node::Kind::text)
    throw Error(
        {file}, "kind", "is not said, and no folder of that name says it",
        "write kind = \"chips\" at its head, or put it into a folder such as chips/ (`orrery show` lists them)");
  return std::string(at(kind->place, "kind", [&]() -> const KindSchema& { return schema_of(kind->text); }).kind);
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
      return describe(amount, dimension, unit);
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

double Entry::number(std::string_view key, double fallback) const {
  const Figure* figure = find(key);
  return figure ? figure->amount.median() : fallback;
}

std::string Entry::text(std::string_view key) const {
  const Figure* figure = find(key);
  return figure ? figure->text : "";
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
  std::error_code ignored;
  const std::string identity = std::filesystem::weakly_canonical(file, ignored).string();
  if (files_.contains(identity)) return;
  const KindSchema& known = schema_of(kind);
  std::vector<Entry> all = entries(kind);
  std::set<std::string> own = own_[std::string(kind)];
  for (Entry& entry : read_entries(read_facts(file), known.kind, file, false)) {
    const Entry* shipped = named(all, entry.name);
    if (shipped && own.contains(shipped->name))
      throw Error(entry.place, entry.name, in_quotes(entry.name) + " is already given at " + shipped->place.text(),
                  "two files of one's own may not both give it; take one of them out");
    Entry& merged = shipped ? all[static_cast<size_t>(shipped - all.data())] : all.emplace_back();
    if (!shipped) merged.kind = kind, merged.name = entry.name;
    correct(merged, std::move(entry));
    check_whole(merged, known);
    own.insert(merged.name);
  }
  check_names(all, own);
  sort_by_name(all);
  loaded_.find(kind)->second = std::move(all);
  own_[std::string(kind)] = std::move(own);
  files_.insert(identity);
}

void Catalog::add(const std::string& path) {
  namespace fs = std::filesystem;
  check_may_read(path);
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return add(kind_of_file(path), path);
  std::vector<std::string> files = toml_files(path);
  std::vector<fs::path> folders;
  for (const auto& item : fs::directory_iterator(path, ignored))
    if (item.is_directory() && !item.path().filename().string().starts_with(".")) folders.push_back(item.path());
  std::sort(folders.begin(), folders.end());
  for (const fs::path& folder : folders) {
    at({folder.string()}, "", [&]() -> const KindSchema& { return schema_of(folder.filename().string()); });
    for (std::string& file : toml_files(folder)) files.push_back(std::move(file));
  }
  if (files.empty())
    throw Error({path}, "", "holds no facts",
                "give a file of facts, or a folder laid out like the catalog's: chips/mine.toml");
  for (const std::string& file : files) add(kind_of_file(file), file);
}

const Entry* Catalog::find(std::string_view kind, std::string_view name) const {
  return named(entries(kind), name);
}

const Entry& Catalog::entry(std::string_view kind, std::string_view name) const {
  return entry(kind, name, {}, "");
}

const Entry& Catalog::entry(std::string_view kind, std::string_view name, const Place& place,
                            const std::string& key) const {
  if (const Entry* found = find(kind, name)) return *found;
  std::vector<std::string> names;
  for (const Entry& entry : entries(kind)) {
    names.push_back(entry.name);
    names.insert(names.end(), entry.aliases.begin(), entry.aliases.end());
  }
  throw Error(place, key, in_quotes(name) + " is not in the catalog of " + std::string(kind),
              remedy_for_name(kind, name, names));
}

std::string remedy_for_name(std::string_view kind, std::string_view name, const std::vector<std::string>& names) {
  // Short names first: what is typed by hand is rather one of those.
  std::vector<std::string> shortest = names;
  std::stable_sort(shortest.begin(), shortest.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
  const std::string of_kind(kind);
  const std::string nearest = suggest(name, shortest, "`orrery show " + of_kind + "` lists the names");
  return nearest + (nearest.back() == '?' ? "" : ",") + " or add it to a file of " + of_kind +
         " and give that by --catalog";
}

}  // namespace orrery::catalog
