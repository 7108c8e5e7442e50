#include "machine/model/read.h"

#include "base/error.h"
#include "base/files.h"
#include "machine/model/from_catalog.h"
#include "machine/model/huggingface.h"

namespace orrery::model {
namespace {

/// The entry, or an error whose remedy tells of config.json too.
const catalog::Entry& entry_of(const std::string& name, const catalog::Catalog& catalog) {
  try {
    return catalog.entry("models", name);
  } catch (const Error& e) {
    if (!e.place().file.empty()) throw;  // a mistake in the catalog stands there
    throw Error({}, e.key(), e.problem(), e.remedy() + ", or give the path of a config.json");
  }
}

}  // namespace

bool is_path(std::string_view name) {
  return name.ends_with(".json") || name.find('/') != std::string_view::npos;
}

Model read(const std::string& name_or_path, const catalog::Catalog& catalog, const std::string& read_as) {
  Model m;
  if (is_path(name_or_path)) {
    m.shape = read_huggingface_config(read_file(name_or_path), name_or_path, read_as);
    m.name = m.shape->name;
    m.mixture = m.shape->mixture() != nullptr;
    m.active = parameters(*m.shape).active;
    m.active_source = name_or_path + ".parameters";
    m.context = static_cast<double>(m.shape->context);
    return m;
  }
  if (!read_as.empty())
    throw Error({}, "read_as", "is for a config.json, and " + in_quotes(name_or_path) + " is a name of the catalog",
                "leave it out, or give the path of a config.json");
  const catalog::Entry& entry = entry_of(name_or_path, catalog);
  m.name = entry.name;
  m.in_catalog = true;
  const catalog::Figure* active = entry.find("params_active");
  const catalog::Figure& counted = active ? *active : entry.at("params_total");
  m.active = counted.amount.median();
  m.active_source = "models/" + m.name + '.' + counted.key;
  if (const catalog::Figure* context = entry.find("context")) m.context = context->amount.median();
  if (has_shape(entry)) m.shape = from_catalog(entry);
  m.mixture = m.shape ? m.shape->mixture() != nullptr : entry.find("experts") != nullptr;
  return m;
}

const Architecture& shape_of(const Model& m) {
  if (!m.shape)
    throw Error({}, "model", "of " + m.name + " the catalog knows the parameters alone, not the layers",
                "name another, or give the path of its config.json");
  return *m.shape;
}

}  // namespace orrery::model
