// What a study answers with: scalars and tables with typed columns, and lines written by hand. Text, JSON, CSV and the
// page are rendered from it; nobody computes while printing.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/amount.h"
#include "base/date.h"
#include "base/spread.h"
#include "study/figure.h"

namespace orrery::study {

/// An amount in base units with its dimension: text takes natural units, data the base units.
struct Amount {
  double value = 0;
  Dimension dimension;
};

struct Table;
struct Cell;

/// nothing (not known, not applicable); true or false; a number in the unit of its column; text; a day; an amount;
/// P10, P50 and P90 of numbers in the unit of the column; a list; a table inside a cell.
using Value = std::variant<std::monostate, bool, double, std::string, Date, Amount, Spread, std::vector<Cell>,
                           std::shared_ptr<const Table>>;

struct Cell {
  Value value;
  std::optional<std::string> text;  ///< how a person reads it, where the column's own form will not do

  Cell();
  Cell(const Cell&);
  Cell(Cell&&) noexcept;
  Cell& operator=(const Cell&);
  Cell& operator=(Cell&&) noexcept;
  ~Cell();
  Cell(Value of, std::optional<std::string> shown = std::nullopt);
  Cell(const char* of);
  Cell(std::string of);
  Cell(double of);
  Cell(int of);
  Cell(std::size_t of);
  Cell(bool of);
  Cell(Date of);
  Cell(Spread of);
  Cell(Amount of);
  /// What is not there is nothing.
  template <class T>
  Cell(const std::optional<T>& of) : Cell(of ? Cell(*of) : Cell()) {}
};

/// How the numbers of a column are written for people.
enum class As {
  text,     ///< words and days, to the left
  fixed,    ///< with a number of decimals
  count,    ///< whole, in groups of three digits; negative decimals round to tens, hundreds, ...
  percent,  ///< a share, as per cent with a number of decimals
  amount,   ///< in natural units of the column's dimension
};

struct Column {
  std::string key = {};      ///< in data; "start/p10" is p10 of an object start; empty: in text only
  std::string heading = {};  ///< in text; empty: in data only
  std::string unit = {};     ///< of numbers in data: "accelerators", "MW", "USD"
  As as = As::text;
  int digits = 0;
  double scale = 1;          ///< text shows the number divided by it
  Dimension dimension = {};  ///< of As::amount
  bool optional = false;     ///< data leaves the key out of rows that have nothing, where null would mislead
};

Column text_column(std::string key, std::string heading);
Column fixed_column(std::string key, std::string heading, std::string unit, int digits, double scale = 1);
Column count_column(std::string key, std::string heading, std::string unit, int digits = 0, double scale = 1);
Column percent_column(std::string key, std::string heading, int digits = 0);
Column amount_column(std::string key, std::string heading, Dimension dimension);
/// A column that only data has.
Column data_column(std::string key, std::string unit = "");

/// How much of a document its text tells: what fits a screen; the usual; with the source of every value.
enum class Detail { brief, usual, explained };

/// When a block is part of the text: always; from the usual on; in the usual alone; explained alone; never.
enum class InText { always, longer, usual, explained, never };

struct Table {
  std::string key = {};      ///< in data; "money/months" is months of an object money; empty: in text only
  std::string heading = {};  ///< in text
  std::vector<Column> columns = {};
  std::vector<std::vector<Cell>> rows = {};  ///< each as long as columns
  InText in_text = InText::always;
  int indent = 2;         ///< of its text
  bool in_data = true;    ///< JSON has it; CSV has every table with a key
  bool keyed = false;     ///< data: an object whose keys are the first column, in place of a list of rows
  std::string file = {};  ///< name of its CSV file without .csv; empty: its key with dashes; "-": none
  /// Text: what stands in place of a table without rows; empty: nothing, not even the heading.
  std::string when_empty = {};
};

/// Lines of text, printed as they are.
struct Paragraph {
  std::string text;
  InText in_text = InText::always;
};

/// One value. With a heading it is a line of the text too.
struct Scalar {
  Column column;
  Cell cell;
};

using Block = std::variant<Paragraph, Scalar, Table>;

struct Document {
  std::string title;
  int trials = 0;  ///< above 0 text writes a spread as P50 (P10 to P90)
  int status = 0;  ///< exit status: 0 done, 1 the answer is no
  std::vector<Block> blocks;
  std::vector<Figure> figures;  ///< of its tables; a figure of which no table has rows is left out

  Document& add(Block block);
  /// A scalar of data alone.
  Document& put(std::string key, Cell cell, std::string unit = "");
  /// Text alone.
  Document& say(std::string text);
};

}  // namespace orrery::study
