// A study's document as text, JSON and CSV. docs/json.md describes the JSON.
#pragma once
#include <map>
#include <string>

#include "study/kind.h"

namespace orrery::report {

/// Of the JSON: raised when a field changes its meaning or goes.
inline constexpr int json_version = 3;

/// Text, as much of it as detail says. columns: of a terminal, whose reader sees figures in a line each below the
/// headline (figure_lines); 0: no terminal.
std::string text_of(const study::Document& document, study::Detail detail = study::Detail::usual,
                    std::size_t columns = 0);

/// The answer as one JSON document in the envelope that all kinds share: schema, version, kind, title, trials, seed,
/// then what the document holds; other, if given, stands under "against". A number that is not finite is null.
std::string json_of(const study::Answer& answer, const study::Answer* other = nullptr);
/// A document without a study (what is validated or resolved), in the same envelope.
std::string json_of(const study::Document& document, std::string_view kind);

/// File name to contents, one for each table of the document that data has.
std::map<std::string, std::string> csv_of(const study::Document& document);

}  // namespace orrery::report
