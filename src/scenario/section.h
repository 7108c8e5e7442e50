// What a kind of scenario may say, as records: its sections with their keys, each declared once with type, dimension,
// range, meaning and default. The strict check, stacking, the reader, `--schema` and the docs use these records.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.h"
#include "base/document.h"

namespace orrery::scenario {

/// money_or_number is money, or a plain number whose unit another key says; date_or_event is a date, or one that
/// hangs on an event: text that begins with "when", or a table with when, and lag or lead.
enum class KeyType { amount, money_or_number, text, texts, date, date_or_event, boolean, whole, chips_of, deliveries };

/// What the names of a section's free keys (Key::name "*") look like.
enum class NameForm { name, quarter, year };

/// How a key is moved to see what it would bring: by a standard step (a week, a tenth); less of it alone, where more is
/// no improvement whatever it reaches; by one more like it too, as a block of plant; not at all, as it says what is
/// asked for or how it is valued.
enum class Lever { step, less, block, none };

/// One key of a section. For amounts low and high bound what is allowed, in base units (whole numbers: as such).
struct Key {
  std::string_view name;  ///< "*": any name of the form below
  KeyType type = KeyType::text;
  Dimension dimension;
  double low = 0, high = 0;
  std::string_view meaning;        ///< one sentence
  std::string_view default_value;  ///< where it comes from when it is not given
  std::string_view unit = {};      ///< how it is written where the dimension's usual unit misleads: "$/kW/year"
  bool based = false;              ///< must state its basis
  bool sourced = false;            ///< and its source or a note
  bool certain = false;            ///< must not be a distribution
  NameForm names = NameForm::name;
  Lever lever = Lever::step;
};

// Records are written with these; low and high in base units.

/// From low on to the most of the dimension (bounds::most_of); a plain number has no such most and needs both.
Key amount(std::string_view name, Dimension dimension, std::string_view meaning, std::string_view default_value,
           double low = 0);
Key amount(std::string_view name, Dimension dimension, std::string_view meaning, std::string_view default_value,
           double low, double high);
/// A number of whole things from low to high.
Key whole(std::string_view name, std::string_view meaning, std::string_view default_value, double low, double high);
Key text(std::string_view name, std::string_view meaning, std::string_view default_value);
Key date(std::string_view name, std::string_view meaning, std::string_view default_value);
Key of(KeyType type, std::string_view name, std::string_view meaning, std::string_view default_value);
/// The same key that must not be a distribution; that must state its basis; and its source too; with another unit.
Key certain(Key key);
Key based(Key key);
Key sourced(Key key);
Key written_in(std::string_view unit, Key key);
/// The same key as one of which less is better; as a block of plant; as what is asked for, which is no lever.
Key less(Key key);
Key block(Key key);
Key asked(Key key);
/// A key of any name of this form, such as the quarters of a supply.
Key each(NameForm names, Key key);

/// A table of a scenario. path uses '*' for a chosen name: "site.*.building.*". With rows it is a list of tables:
/// "commitment.*" of [[commitment]], whose rows are named by their place: "commitment[0]".
struct Section {
  std::string_view path;
  std::string_view meaning;
  std::vector<Key> keys;
  std::vector<std::string_view> tables = {};  ///< names of the tables directly below: "building", "power", ...
  bool rows = false;
};

/// What the files of one kind look like.
struct Form {
  std::string_view name;                ///< "market"
  std::string_view called;              ///< "a market", for messages
  std::string_view meaning;             ///< one sentence
  std::vector<std::string_view> marks;  ///< top-level keys and tables that only this kind has; one of them tells it
  std::vector<Section> sections;  ///< the first is the top of the file, path ""; its keys are beside common_keys()
  void (*unfold)(Node& root) = nullptr;  ///< writes shorthands out as the tables they stand for; throws Error
  /// Takes out of a base what a file stacked on it replaces as a whole.
  void (*replace)(Node& base, const Node& over) = nullptr;
};

/// A dotted path taken apart: {"site", "memphis", "burn_in"}; a row is a part of its own: {"commitment", "[0]"}.
std::vector<std::string> parts_of(std::string_view path);
/// And put together again.
std::string joined(const std::vector<std::string>& parts, std::string_view key = {});

/// The section for a concrete path such as {"site", "memphis", "building", "hall"}; null when there is none.
const Section* find_section(const Form& form, const std::vector<std::string>& path);

/// The key at a dotted path such as "site.memphis.power.turbines.fixed"; null when there is none.
const Key* find_key(const Form& form, std::string_view path);
/// A key of a section by name, free ones included; null when there is none.
const Key* find_key(const Section& section, std::string_view name);

/// Keys that every kind has at the top of its file: title, description, base, catalog.
const std::vector<Key>& common_keys();
/// Sections that every kind has beside its own: the causes that inputs share.
const std::vector<Section>& common_sections();
/// The names of the tables directly below a section, at the top of a file with those that every kind has.
std::vector<std::string_view> tables_of(const Section& section);

/// How a value of a key is written: "\"N x CHIP\"", "number", "\"18 months\"".
std::string example_of(const Key& key);
/// The name of a key, or what a free one looks like.
std::string name_of(const Key& key);
/// How the header of a section is written: "[site.*]", "[[commitment]]".
std::string header_of(const Section& section);

}  // namespace orrery::scenario
