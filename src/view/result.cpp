#include "view/result.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "report/document.h"

namespace orrery::view {
namespace {

using nlohmann::json;

constexpr int deepest = 64;

/// The envelope of an answer as the parser comes by it: what stands at its outermost level.
class Envelope final : public json::json_sax_t {
 public:
  std::string schema, version;  ///< version as it is written; empty: no whole number
  bool is_object = false, has_kind = false, too_deep = false;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t value) override {
    if (is_at("version")) version = std::to_string(value);
    return true;
  }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t& value) override {
    if (is_at("schema")) schema = value;
    if (is_at("kind")) has_kind = true;
    return true;
  }
  bool binary(binary_t&) override { return true; }
  bool key(string_t& name) override {
    if (depth_ == 1) key_ = name;
    return true;
  }
  bool start_object(std::size_t) override {
    is_object = is_object || depth_ == 0;
    return opens();
  }
  bool start_array(std::size_t) override { return opens(); }
  bool end_object() override { return --depth_, true; }
  bool end_array() override { return --depth_, true; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override { return false; }

 private:
  int depth_ = 0;
  std::string key_;  // of the outermost object, which was come by last

  bool is_at(std::string_view name) const { return depth_ == 1 && key_ == name; }
  bool opens() {
    too_deep = ++depth_ > deepest;
    return !too_deep;
  }
};

}  // namespace

void check_result(std::string_view text, const std::string& name) {
  const char* again = "write it again with orrery run SCENARIO --json";
  Envelope envelope;
  const bool whole = json::sax_parse(text, &envelope);
  if (envelope.too_deep)
    throw Error({name}, "", fmt::format("is nested deeper than {} levels, which no answer is", deepest), again);
  if (!whole) throw Error({name}, "", "is not JSON, or was cut off", again);
  if (!envelope.is_object || envelope.schema != "orrery" || !envelope.has_kind)
    throw Error({name}, "schema", "is not the answer of orrery run", "write one with orrery run SCENARIO --json");
  if (envelope.version != std::to_string(report::json_version))
    throw Error({name}, "version",
                fmt::format("is {}, and this program shows {}",
                            envelope.version.empty() ? "no whole number" : envelope.version, report::json_version),
                "write it again with orrery run SCENARIO --json of this program");
}

}  // namespace orrery::view
