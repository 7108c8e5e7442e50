#include "base/gzip.h"

#include <zlib.h>

#include "base/error.h"
#include "base/files.h"

namespace orrery {
namespace {

/// A stream of zlib that reads gzip, ended with it.
struct Inflation {
  z_stream stream{};
  Inflation() {
    if (inflateInit2(&stream, 15 + 16) != Z_OK)
      throw Error({}, "", "cannot be uncompressed", "uncompress the file first");
  }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;
  ~Inflation() { inflateEnd(&stream); }
};

}  // namespace

std::string gunzip(std::string_view compressed, std::size_t limit_bytes) {
  Inflation inflation;
  z_stream& stream = inflation.stream;
  std::string out, block(std::size_t{1} << 16, '\0');
  // zlib does not write to what it reads, and counts it in 32 bits; files are below that.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    out.append(block, 0, block.size() - stream.avail_out);
    if (out.size() > limit_bytes)
      throw Error({}, "", "is larger than " + std::to_string(limit_bytes >> 20) + " MiB uncompressed",
                  "split the file");
    if (status == Z_STREAM_END) {
      if (stream.avail_in == 0) return out;
      if (inflateReset(&stream) == Z_OK) continue;
    }
    if (status != Z_OK || (stream.avail_in == 0 && stream.avail_out > 0))
      throw Error({}, "", "is no whole gzip file", "compress it again, or give it uncompressed");
  }
}

std::string read_perhaps_gzipped(const std::string& path, std::size_t limit_bytes) {
  const std::string text = read_file(path, limit_bytes);
  if (!text.starts_with("\x1f\x8b")) return text;
  return at({path}, "", [&] { return gunzip(text, limit_bytes); });
}

}  // namespace orrery
