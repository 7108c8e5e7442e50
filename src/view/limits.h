// How much a server takes on.
#pragma once
#include <chrono>
#include <cstddef>

namespace orrery::view {

struct Limits {
  std::chrono::milliseconds request{10'000};   ///< for a whole request to arrive once its first byte has
  std::chrono::milliseconds idle{5'000};       ///< between two requests of a connection
  std::chrono::milliseconds response{60'000};  ///< for a response to be taken; of events each alone
  std::chrono::milliseconds crowded{1'000};    ///< where connections wait: for a request, or any of a response
  std::size_t connections = 256;
  std::size_t body = std::size_t{1} << 20;    ///< bytes
  std::size_t running = 2, waiting = 16;      ///< runs
  std::size_t kept = std::size_t{256} << 20;  ///< bytes of answers; the oldest go first
  std::size_t finished = 1000;                ///< runs that are remembered when they are over
  int trials = 100'000;
  std::chrono::milliseconds reading{20'000};  ///< for a scenario to be read, the wait for others too
  std::size_t readings = 2;                   ///< at a time
  std::size_t streams = 64;                   ///< of events, at a time
};

}  // namespace orrery::view
