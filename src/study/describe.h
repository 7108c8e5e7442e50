// What kinds of study there are, what their files may say, and which files ship.
#pragma once
#include <string>
#include <vector>

#include "study/kind.h"

namespace orrery::study {

/// Every kind with what it is for and what marks its files.
Document describe_kinds(std::span<const Kind> kinds);

/// Every section of these forms with its keys: value, meaning, default.
Document describe_keys(const std::vector<const scenario::Form*>& forms);

/// What `orrery show WORD...` says of the catalog, and the kind of that document: nothing lists the kinds, KIND its
/// entries, NAME an entry of any kind, KIND NAME that entry; schema asks for the keys of a kind, or of all kinds. As
/// data an amount has "value" (its median in base units: second, byte, operation, joule, dollar, kilogram, metre,
/// accelerator, wafer, token), "p10" and "p90" where it is uncertain, "text" and "unit" (the name of its dimension).
/// Throws Error for more words or unknown names.
std::pair<std::string, Document> describe_catalog(const catalog::Catalog& catalog,
                                                  const std::vector<std::string>& words, bool schema);

/// What a document holds for programs: every field with its type and unit, "runs[].start.p10" for what each row of runs
/// has.
Document describe_fields(const Document& document);

/// The scenarios in these folders: name, kind, one line. A file that cannot be read stands there with what is wrong.
Document describe_scenarios(const std::vector<std::string>& folders, std::span<const Kind> kinds);

}  // namespace orrery::study
