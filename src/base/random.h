// Counter-based random streams (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11; Philox4x32-10
// of Random123). A draw is a pure function of the seed, the trial and the name of the thing drawn: any order, any
// number of threads and any other entities leave it as it is.
#pragma once
#include <cstdint>
#include <string_view>

namespace orrery {

/// A name as 64 bits (FNV-1a), so that a hot loop hashes each name once.
std::uint64_t stream_of(std::string_view name);

/// A number in the open interval (0, 1) with 53 random bits. index tells apart several draws of one name in a trial.
double uniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t trial, std::uint32_t index = 0);

}  // namespace orrery
