// Answers that take long and depend on nothing but what was asked, kept in files from one run of the program to the
// next: one file for each, named by what it depends on, written whole and checked when it is read.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace orrery {

/// 32 hexadecimal digits that tell contents apart: FNV-1a (Fowler, Noll, Vo), 64 bits, from two starts.
std::string digest_of(std::string_view content);

/// The folder: $ORRERY_CACHE where it is set, else orrery below $XDG_CACHE_HOME, else .cache/orrery below $HOME. Empty,
/// and nothing is kept, where ORRERY_CACHE is empty or none of these is set.
std::string cache_folder();

/// What is kept under a name (letters and digits); nothing where there is none, or where it is cut, changed or of
/// another name. Confinement (base/confinement.h) does not apply: the name is no path, and nobody asks for one.
std::optional<std::string> cached(const std::string& folder, const std::string& name);

/// Keeps a text under a name, the folder made where it is missing; does nothing where it cannot be written.
void cache(const std::string& folder, const std::string& name, std::string_view text);

}  // namespace orrery
