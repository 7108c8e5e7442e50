// Entries that stand on others of their kind: `like` names one, whose values hold where the entry says nothing.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace orrery::catalog {

/// What make(entry, other) makes of every entry of a kind, in the order of the catalog. other is what was made of the
/// entry that this one is like, null where it is like none. Throws Error for a like that is no entry or leads back to
/// itself.
template <class T, class Make>
std::vector<T> read_by_likeness(const Catalog& catalog, std::string_view kind, Make make) {
  std::map<std::string, T> made;
  std::set<std::string> open;
  const std::function<const T&(const Entry&)> read = [&](const Entry& entry) -> const T& {
    if (const auto it = made.find(entry.name); it != made.end()) return it->second;
    const std::string key = entry.name + ".like";
    if (!open.insert(entry.name).second)
      throw Error(entry.place, key, "leads back to itself", "take one like out of the circle");
    const Figure* like = entry.find("like");
    const T* other = like ? &read(catalog.entry(kind, like->text, like->place, key)) : nullptr;
    return made.emplace(entry.name, make(entry, other)).first->second;
  };
  std::vector<T> out;
  for (const Entry& entry : catalog.entries(kind)) out.push_back(read(entry));
  return out;
}

}  // namespace orrery::catalog
