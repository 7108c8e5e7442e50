// HTTP/1.1 for the API: cpp-httplib reads requests and writes responses; sockets, threads and deadlines are kept here.
// A slow client has its time and no more; connections beyond the bound wait to be accepted.
#pragma once
#include <memory>
#include <string>

#include "view/api.h"

namespace orrery::view {

class Server {
 public:
  /// Listens at once and serves from threads of its own. Throws Error where the address or the port cannot be used.
  explicit Server(Settings settings);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  int port() const;
  /// Cancels runs, ends connections and waits for both.
  void stop();

 private:
  class Http;
  std::unique_ptr<Http> http_;
};

}  // namespace orrery::view
