// The catalog: facts as TOML, one folder per kind, every figure with its value, basis, source and date.
// Loading refuses a figure without them. catalog/README.md describes the format for people who add facts.
#pragma once
#include <map>
#include <optional>
#include <set>
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
  int dollars_of = 0;  ///< the year whose dollars an amount of money is in; 0: dollars of its date
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
  std::string_view unit = {};      ///< how it is written where the dimension's usual unit misleads: "$/kW/year"
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
/// tasks of a construction class (group "task"), and may have parts.
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
  /// The median of an amount, the text of a text; the fallback where nothing is said.
  double number(std::string_view key, double fallback = 0) const;
  std::string text(std::string_view key) const;
  /// The figure under key. Throws Error that names the entry, the missing key and where to add it.
  const Figure& at(std::string_view key) const;
};

/// What a kind of entry may say: its keys, their dimensions and which of them must be there.
struct KeySchema {
  std::string_view key;
  Figure::Kind kind;
  Dimension dimension;
  bool required;
  std::string_view meaning;    ///< one sentence, for `orrery show --schema` and the docs
  double low = 0;              ///< the least an amount may be, in base units
  double high = 0;             ///< the most
  bool whole = false;          ///< a count: one whole number
  std::string_view unit = {};  ///< how it is written where the dimension's usual unit misleads: "$/kW/year"
};
/// Named sub-entries of an entry, such as its tasks; they may have groups of their own.
struct GroupSchema {
  std::string_view group;  ///< "task"
  std::string_view meaning;
  std::vector<KeySchema> keys;
  std::vector<GroupSchema> groups = {};
  bool printed = false;  ///< the parts are called as software prints its name: any letters
};
struct KindSchema {
  std::string_view kind;  ///< folder name
  std::string_view meaning;
  std::vector<KeySchema> keys;
  std::vector<GroupSchema> groups = {};
  bool titled = true;  ///< every entry has a title; else its name will do
};
/// Every kind in the order of the house, declared once; the loader, `orrery show` and the docs read it.
const std::vector<KindSchema>& schema();
/// The schema of one kind. Throws Error (without a place) with the nearest kinds.
const KindSchema& schema_of(std::string_view kind);

/// The shipped facts, those below one folder, with one's own beside them. A kind is read when first asked for; reading
/// is not synchronised, so load what several threads need before starting them.
class Catalog {
 public:
  /// Throws Error when the folder is not there.
  explicit Catalog(std::string folder);

  const std::string& folder() const { return folder_; }
  /// All entries of a kind, sorted by name. Throws Error for an unknown kind (with the nearest) and for every defect of
  /// a file: a figure without basis, source or date, an unknown key, a wrong dimension, a name used twice.
  const std::vector<Entry>& entries(std::string_view kind) const;
  /// An entry by name or alias; null where none has it.
  const Entry* find(std::string_view kind, std::string_view name) const;
  /// An entry by name or alias. Throws Error with the nearest names and how to bring one's own.
  const Entry& entry(std::string_view kind, std::string_view name) const;
  /// As entry, but says where the name was written.
  const Entry& entry(std::string_view kind, std::string_view name, const Place& place, const std::string& key) const;

  /// Adds facts of one's own: a folder laid out as the shipped one (chips/mine.toml), or one file, whose kind is the
  /// name of its folder or else stands at its head (kind = "chips"). An entry under the name or alias of a shipped one
  /// corrects that: what it says holds, what it leaves out stays. Throws Error as entries() does, for a folder that is
  /// no kind, and for a name that two files of one's own give; nothing of that file is added then. A file that was
  /// added is not read again. Entries handed out before are no longer valid.
  void add(const std::string& path);
  /// The same for a file whose kind is known.
  void add(std::string_view kind, const std::string& file);

 private:
  std::string folder_;
  mutable std::map<std::string, std::vector<Entry>, std::less<>> loaded_;
  std::map<std::string, std::set<std::string>, std::less<>> own_;  ///< names of one's own entries by kind
  std::set<std::string> files_;                                    ///< of one's own
};

/// What to do about a name that no entry of a kind has: the nearest names, and how to bring one's own.
std::string remedy_for_name(std::string_view kind, std::string_view name, const std::vector<std::string>& names);

/// Reads the entries of one catalog file of a kind, in the order written. name stands for the file in messages. Throws
/// Error with the place of the first defect; names that two files share are found by Catalog::entries. Entries that are
/// not whole may lack their title and required keys, since they may correct others.
std::vector<Entry> read_entries(std::string_view toml, std::string_view kind, const std::string& name,
                                bool whole = true);
/// Throws Error where an entry lacks its title or a required key, or where its parts wait in a circle.
void check_whole(const Entry& entry, const KindSchema& schema);

}  // namespace orrery::catalog
