// The catalog: facts as TOML, one folder per kind, every figure with its value, basis, source and date.
// Loading refuses a figure without them. catalog/README.md describes the format for people who add facts.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/distribution.h"
#include "base/document.h"
#include "base/error.h"
#include "base/units.h"

namespace orrery::catalog {

/// How a number is known.
enum class Basis { spec, vendor, reported, observed, derived, assumed, projected };
std::string basis_name(Basis basis);
/// Throws Error (without a place) that lists the seven names.
Basis parse_basis(std::string_view name);

/// Where a number comes from. date is "2024", "2024-09" or "2024-09-22": when the source said it.
struct Provenance {
  Basis basis = Basis::assumed;
  std::string source;
  std::string date;
};

/// The date of a source as text: "2024", "2024-09" or "2024-09-22", quoted or a TOML date. Throws Error for all else.
std::string fact_date(const Node& node, const std::string& key);

/// One figure of an entry. An amount keeps its dimension; text, a list of texts and true/false have none.
struct Figure {
  enum class Kind { amount, text, texts, boolean };
  std::string key;
  Kind kind = Kind::amount;
  Distribution amount;             ///< kind amount, in base units of dimension
  Dimension dimension;             ///< kind amount
  std::string text;                ///< kind text
  std::vector<std::string> texts;  ///< kind texts
  bool boolean = false;            ///< kind boolean
  Provenance provenance;
  std::string note;
  Place place;

  /// "989 TFLOP/s", "P10 30 days, P50 45 days, P90 80 days", "TSMC 4N".
  std::string value_text() const;
};

/// A named set of figures: a chip, a server, a construction class. Parts are named sub-entries in groups, such as the
/// tasks of a construction class (group "task").
struct Entry {
  std::string kind;   ///< "chips"
  std::string name;   ///< "h100-sxm"
  std::string title;  ///< "NVIDIA H100 SXM5 80 GB"; never empty for an entry, may be for a part
  std::string note;
  std::vector<std::string> aliases;
  std::vector<Figure> figures;
  std::vector<Entry> parts;  ///< kind holds the group ("task")
  Place place;

  const Figure* find(std::string_view key) const;
  /// The figure under key. Throws Error that names the entry, the missing key and where to add it.
  const Figure& at(std::string_view key) const;
};

/// What a kind of entry may say: its keys, their dimensions and which of them must be there.
struct KeySchema {
  std::string_view key;
  Figure::Kind kind;
  Dimension dimension;
  bool required;
  std::string_view meaning;  ///< one sentence, for `orrery show --schema` and the docs
  double low = 0;            ///< the least an amount may be, in base units
};
struct KindSchema {
  std::string_view kind;  ///< folder name
  std::string_view meaning;
  std::vector<KeySchema> keys;
  std::string_view group;  ///< group of the parts, empty when there are none
  std::vector<KeySchema> part_keys;
};
/// Every kind in the order of the house, declared once; the loader, `orrery show` and the docs read it.
const std::vector<KindSchema>& schema();
/// The schema of one kind. Throws Error (without a place) with the nearest kinds.
const KindSchema& schema_of(std::string_view kind);

/// The facts below one folder. A kind is read when first asked for; reading is not synchronised, so load what several
/// threads need before starting them.
class Catalog {
 public:
  /// Throws Error when the folder is not there.
  explicit Catalog(std::string folder);

  const std::string& folder() const { return folder_; }
  /// All entries of a kind, sorted by name. Throws Error for an unknown kind (with the nearest) and for every defect of
  /// a file: a figure without basis, source or date, an unknown key, a wrong dimension, a name used twice.
  const std::vector<Entry>& entries(std::string_view kind) const;
  /// An entry by name or alias. Throws Error with the nearest names.
  const Entry& entry(std::string_view kind, std::string_view name) const;
  /// As entry, but says where the name was written.
  const Entry& entry(std::string_view kind, std::string_view name, const Place& place, const std::string& key) const;
  /// Adds a file of one's own to a kind, in the form of the folder's files. Throws Error as entries() does; nothing is
  /// added then. Entries handed out before are no longer valid.
  void add(std::string_view kind, const std::string& file);

 private:
  std::string folder_;
  mutable std::map<std::string, std::vector<Entry>, std::less<>> loaded_;
};

/// Reads the entries of one catalog file of a kind, in the order written. name stands for the file in messages. Throws
/// Error with the place of the first defect; names that two files share are found by Catalog::entries.
std::vector<Entry> read_entries(std::string_view toml, std::string_view kind, const std::string& name);

}  // namespace orrery::catalog
