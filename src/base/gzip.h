// Files that may be compressed by gzip (RFC 1952), through zlib.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace orrery {

/// The text that gzip compressed, of one or several members. Throws Error (without a place) for what is none, breaks
/// off or is more than limit_bytes.
std::string gunzip(std::string_view compressed, std::size_t limit_bytes);

/// The whole file, uncompressed where it begins as gzip does. Throws Error as read_file and gunzip do.
std::string read_perhaps_gzipped(const std::string& path, std::size_t limit_bytes);

}  // namespace orrery
