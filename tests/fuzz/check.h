// What every answer and every refusal must be, whatever was asked.
#pragma once
#include <string>
#include <string_view>

#include "base/error.h"
#include "catalog/catalog.h"
#include "study/kind.h"

namespace orrery::fuzz {

/// Says what is wrong on standard error and aborts, which libFuzzer takes for a finding.
[[noreturn]] void fail(std::string_view problem);

/// One line without control characters that says where the fault stands (a place or a key) and what to do.
void check_refusal(const Error& error);
/// Text without control characters but ends of lines, "nan" or "inf" as a number, or numbers of over 40 digits, unless
/// the input holds such.
void check_text(std::string_view text, std::string_view input);
/// Outputs that are numbers, and text and data that can be read.
void check_answer(const study::Answer& answer, std::string_view input);

/// The source tree that this was built from.
std::string source_folder();
/// The shipped catalog, read once.
const catalog::Catalog& facts();

/// Whether refusals are printed on standard error, for who repeats a finding.
extern bool refusals_told;

/// Whether function() refused, by a refusal that was checked; an Error is the one way.
template <class Function>
bool refused(Function&& function) {
  try {
    function();
    return false;
  } catch (const Error& error) {
    check_refusal(error);
    return true;
  }
}

/// A file of this text that is there until it goes out of scope, within a folder of its own.
class OwnFile {
 public:
  OwnFile(std::string_view name, std::string_view text);
  OwnFile(const OwnFile&) = delete;
  OwnFile& operator=(const OwnFile&) = delete;
  ~OwnFile();
  const std::string& path() const { return path_; }
  std::string folder() const;

 private:
  std::string path_;
};

}  // namespace orrery::fuzz
