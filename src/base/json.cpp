#include "base/json.h"

#include "base/error.h"

namespace orrery {

void check_json(std::string_view text, const std::string& name, const JsonLimits& limits) {
  Place place{name, 1, 0};
  int depth = 0;
  std::size_t values = 1, names = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    place.line += c == '\n';
    if (in_string) {
      if (c == '\\') ++i;
      else in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      ++values;
      if (++depth > limits.depth)
        throw Error(place, "", "lists and tables are nested too deeply",
                    "nest at most " + std::to_string(limits.depth) + " levels");
    } else if (c == ']' || c == '}') {
      --depth;
    } else if (c == ',') {
      ++values;
    } else if (c == ':') {
      ++names;
    }
    if (values > limits.values || names > limits.names)
      throw Error(place, "", "there are more values than in any file of this kind",
                  "give at most " + std::to_string(limits.values) + " values, " + std::to_string(limits.names) +
                      " of them with a name");
  }
}

}  // namespace orrery
