// A request and its answer as the API sees them, whatever carries them.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::view {

struct Request {
  std::string method, path;  ///< the path without its query, escapes undone
  std::optional<std::string> host, origin, fetch_site, authorization, content_type;
  bool opens_page = false;  ///< somebody follows a link to the page, as a browser says
  std::string body;
};

/// Sends a piece of an answer; false when nobody listens any more.
using Send = std::function<bool(std::string_view)>;

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::shared_ptr<const std::string> body = std::make_shared<const std::string>();
  std::string allow = {};  ///< the methods that would do, of a 405
  /// Of an answer without an end: called again and again, each time waits a while for news and sends it; false: the
  /// end.
  std::function<bool(const Send&)> stream = {};
};

/// Why a request is not answered as it asks.
struct Refusal {
  int status = 400;
  std::string key, problem, remedy;
  std::string allow = {};
};

}  // namespace orrery::view
