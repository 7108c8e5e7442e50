// What every topology speaks: hosts (the ports of accelerators or NICs) and directed links, both numbered from zero,
// and the bits that pick one of several equal paths.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace orrery::network {

using Host = std::uint32_t;
using LinkId = std::uint32_t;

/// The links of one path, in order.
using Path = std::vector<LinkId>;

/// The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): spreads a counter over 64 bits, as a switch's hash
/// spreads the header fields of a flow.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

/// Hosts and links are numbered in 32 bits. links: of a shape, counted without wrapping. Throws Error, with this key,
/// where they are more.
inline void check_link_count(double links, const std::string& key) {
  if (!(links <= 4294967295.0))
    throw Error({}, key, "makes more links than can be numbered", "at most 4.29 billion links fit; describe fewer");
}

/// A stream of choices from one hash: each switch on the way draws its port from it.
struct Choice {
  std::uint64_t state;
  explicit constexpr Choice(std::uint64_t hash) : state(hash) {}
  /// One of n ports, n >= 1.
  constexpr std::uint32_t of(std::uint32_t n) {
    if (n == 1) return 0;
    state = mix(state);
    return static_cast<std::uint32_t>(((state >> 32) * n) >> 32);
  }
};

}  // namespace orrery::network
