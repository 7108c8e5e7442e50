// Mutations that keep a text close to one that is read: values go to their limits, keys are set, sections come, go and
// move, words change places. Bytes alone hardly get past a parser.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "scenario/section.h"

namespace orrery::fuzz {

/// A key and values of it as they are written: most within its bounds, some at them and beyond.
struct Word {
  std::string key;
  std::vector<std::string> values;
};
/// A table and its keys: "[site.x]", "[[commitment]]"; empty at the top of a file.
struct Heading {
  std::string header;
  std::vector<Word> keys;
};
struct Vocabulary {
  std::vector<Heading> headings;
  std::vector<std::string> words;  ///< that stand for others: names, choices
};

/// The sections of a form with what their keys may be.
Vocabulary words_of(const scenario::Form& form);
/// The keys of a kind of facts.
Vocabulary words_of(const catalog::KindSchema& kind);
/// Both.
Vocabulary joined(Vocabulary one, const Vocabulary& other);

/// An amount of base units between quotes, in the unit given, else in that of its dimension's example.
std::string amount_text(double value, Dimension dimension, std::string_view unit, int digits = 9);

/// A text like the given one, of at most this many bytes, by the seed alone.
std::string mutated(std::string_view text, const Vocabulary& words, std::size_t most, std::uint64_t seed);

}  // namespace orrery::fuzz
