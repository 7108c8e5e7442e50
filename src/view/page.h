// The page that orrery view serves: built from web/ and put into the program.
#pragma once
#include <optional>
#include <string_view>

namespace orrery::view {

/// The three files of the page, served as /, /app.js and /app.css.
struct Page {
  std::string_view index, script, style;
};

/// The page; nothing where the program was built without it.
std::optional<Page> embedded_page();

}  // namespace orrery::view
