// The API of orrery view: which method on which path does what. docs/openapi.json describes it, docs/api.md how to use
// it.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "view/guard.h"
#include "view/http.h"
#include "view/library.h"
#include "view/limits.h"
#include "view/page.h"
#include "view/runs.h"

namespace orrery::view {

struct Settings {
  std::string share;                  ///< the folder that holds the shipped catalog/ and scenarios/
  std::string folder = {};            ///< the user's own, where scenarios are saved; empty: there is none
  std::string scenario = {};          ///< the name of the one to begin with; empty: none
  std::optional<std::string> result;  ///< an answer to show, as JSON
  std::string version = {};           ///< of the program
  std::string address = "127.0.0.1";
  int port = 0;                         ///< 0: a free one
  std::vector<std::string> hosts = {};  ///< that Host may name beside those of the loopback
  std::string token = {};               ///< that always works; empty: each works once
  std::optional<Page> page = {};
  /// Told each new link.
  std::function<void(const std::string& url)> link = {};
  Limits limits = {};
};

/// What docs/openapi.json holds.
std::string_view openapi();

class Api {
 public:
  /// port: that is listened on. Throws Error for settings that do not do.
  Api(Settings settings, int port);

  /// Refuses what is refused whatever the body says: a foreign host or origin, no key, an unknown path or method,
  /// another type than JSON. Nothing: it may be answered.
  std::optional<Response> refused(const Request& request) const;
  /// The answer to a request that was not refused.
  Response answer(const Request& request);
  /// Ends all runs and streams.
  void stop();

  /// "GET /api/runs/{id}", ... of every route below /api/.
  static std::vector<std::string> routes();

 private:
  Settings settings_;
  catalog::Catalog catalog_;
  Library library_;
  Runs runs_;
  Guard guard_;
  std::string result_;  ///< the id of the answer to show
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> streams_{0};  ///< of events, that are open

  friend struct Routes;
};

/// A refusal as a response.
Response response_of(const Refusal& refusal);

}  // namespace orrery::view
