#include "view/page.h"

#include "base/error.h"

#ifdef ORRERY_PAGE
// Of page_files.S.
extern "C" {
extern const char orrery_page_index[], orrery_page_index_end[];
extern const char orrery_page_script[], orrery_page_script_end[];
extern const char orrery_page_style[], orrery_page_style_end[];
}
#endif

namespace orrery::view {

std::optional<Page> embedded_page() {
#ifdef ORRERY_PAGE
  const auto between = [](const char* from, const char* to) {
    return std::string_view(from, static_cast<std::size_t>(to - from));
  };
  return Page{between(orrery_page_index, orrery_page_index_end), between(orrery_page_script, orrery_page_script_end),
              between(orrery_page_style, orrery_page_style_end)};
#else
  return std::nullopt;
#endif
}

Page required_page(const std::string& asked_by) {
  if (const std::optional<Page> page = embedded_page()) return *page;
  throw Error({}, asked_by, "needs the page, and this orrery was built without it",
              "`./dev build` in its source tree builds the page (with Node.js and npm) and puts it into the binary");
}

namespace {

/// The text with the one place of `line` replaced.
std::string with(std::string text, std::string_view line, const std::string& instead) {
  const std::size_t at = text.find(line);
  if (at == std::string::npos)
    throw Error({}, "--html", "finds no line " + in_quotes(std::string(line)) + " in the page", "build the page anew");
  return text.replace(at, line.size(), instead);
}

/// The same text with another word for each of the three characters that could end or begin an element.
std::string inside_element(std::string_view json) {
  std::string out;
  for (const char c : json)
    if (c == '<') out += "\\u003c";
    else if (c == '>') out += "\\u003e";
    else if (c == '&') out += "\\u0026";
    else out += c;
  return out;
}

/// A script as it may stand in an element: "</script" and "<!--" are written so that only a program reads them.
std::string inside_script(std::string_view script) {
  std::string out;
  for (std::size_t i = 0; i < script.size(); ++i)
    if (script.substr(i, 8) == "</script" || script.substr(i, 4) == "<!--") out += "\\x3c";
    else out += script[i];
  return out;
}

}  // namespace

std::string self_contained(const Page& page, const std::string& answer_json) {
  std::string out(page.index);
  const std::string policy =
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
      "style-src "
      "'unsafe-inline'; img-src data: blob:\">";
  out = with(std::move(out), "<link rel=\"stylesheet\" href=\"/app.css\">",
             policy + "<style>" + std::string(page.style) + "</style>");
  // What stands at the end of the body runs when the answer above it is there, as a deferred script does.
  out = with(std::move(out), "<script src=\"/app.js\" defer></script>", "");
  return with(std::move(out), "</body>",
              "<script type=\"application/json\" id=\"orrery-answer\">" + inside_element(answer_json) +
                  "</script>\n<script>" + inside_script(page.script) + "</script>\n</body>");
}

}  // namespace orrery::view
