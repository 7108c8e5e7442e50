// The page: what `./dev build` makes of web/ and puts into the binary, to serve on localhost or to write as one file
// that opens without a network.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace orrery::view {

/// The built page as text: HTML, one classic script, one style sheet.
struct Page {
  std::string_view index, script, style;
};

/// The page of this binary; nothing where it was built without one.
std::optional<Page> embedded_page();

/// The page of this binary. Throws Error, with what brings it, where there is none; asked_by is the option or command
/// that wants it.
Page required_page(const std::string& asked_by);

/// One HTML file with the script, the style and an answer's JSON inside, which asks nothing of a network: a policy in
/// it forbids that too. Throws Error where the page lacks the lines that the script and the style take the place of.
std::string self_contained(const Page& page, const std::string& answer_json);

}  // namespace orrery::view
