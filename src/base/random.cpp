#include "base/random.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

namespace orrery {

std::uint64_t stream_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (unsigned char c : name) hash = (hash ^ c) * 0x100000001b3u;
  return hash;
}

double uniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t trial, std::uint32_t index) {
  using Philox = r123::Philox4x32;
  auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  // The high half of the trial shares a counter word with the index: 2^32 trials of 2^32 draws of one name.
  const Philox::ctr_type counter = {{low(stream), high(stream), low(trial), high(trial) ^ index}};
  const Philox::key_type key = {{low(seed), high(seed)}};
  const Philox::ctr_type bits = Philox()(counter, key);
  const std::uint64_t mantissa = ((static_cast<std::uint64_t>(bits[1]) << 32) | bits[0]) >> 11;
  return (static_cast<double>(mantissa) + 0.5) * 0x1p-53;
}

}  // namespace orrery
