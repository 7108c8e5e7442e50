// The table of kinds and keys: what each folder of the catalog may say, declared once. The loader checks files against
// it, `orrery show --schema` prints it.

#include "catalog/schema_keys.h"

namespace orrery::catalog {
namespace {

std::vector<KindSchema> make_schema() {
  std::vector<KindSchema> kinds;
  chips_schema(kinds);
  sites_schema(kinds);
  networks_schema(kinds);
  return kinds;
}

}  // namespace

const std::vector<KindSchema>& schema() {
  static const std::vector<KindSchema> kinds = make_schema();
  return kinds;
}

const KindSchema& schema_of(std::string_view kind) {
  std::vector<std::string> names;
  for (const KindSchema& known : schema()) {
    if (known.kind == kind) return known;
    names.emplace_back(known.kind);
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  throw Error({}, "", in_quotes(kind) + " is not a kind of the catalog", suggest(kind, names, "the kinds are " + list));
}

}  // namespace orrery::catalog
