#include "view/guard.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace orrery::view {
namespace {

constexpr std::size_t most_sessions = 64;
constexpr const char* open_link = "open the link that orrery view printed";

}  // namespace

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string random_key() {
  unsigned char bytes[32];
  for (std::size_t had = 0; had < sizeof bytes;) {
    const ssize_t n = getrandom(bytes + had, sizeof bytes - had, 0);
    if (n > 0) had += static_cast<std::size_t>(n);
    else if (errno != EINTR)
      throw Error({}, "", std::string("the kernel gives no random bits: ") + std::strerror(errno), "check the system");
  }
  std::string out;
  for (const unsigned char byte : bytes) out += "0123456789abcdef"[byte >> 4], out += "0123456789abcdef"[byte & 15];
  return out;
}

bool equal_secrets(std::string_view a, std::string_view b) {
  unsigned differ = a.size() != b.size();
  for (std::size_t i = 0; i < a.size(); ++i)
    differ |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b.empty() ? 0 : b[i % b.size()]);
  return differ == 0;
}

Guard::Guard(std::vector<std::string> hosts, std::string token, std::function<void(const std::string&)> fresh)
    : hosts_(std::move(hosts)), fresh_(std::move(fresh)), token_(std::move(token)), stays_(!token_.empty()) {
  if (!stays_) token_ = random_key();
  if (fresh_) fresh_(token_);
}

void Guard::check_place(const Request& request) const {
  const std::string host = lower(request.host.value_or(""));
  if (std::find(hosts_.begin(), hosts_.end(), host) == hosts_.end())
    throw Refusal{403, "Host", in_quotes(host) + " is no name of this server", open_link};
  if (request.origin) {
    const std::string origin = lower(*request.origin);
    if (origin != "http://" + host && origin != "https://" + host)
      throw Refusal{403, "Origin", in_quotes(origin) + " is another page's", open_link};
  }
  // A link to the page itself may stand anywhere: what it opens is this page, in a window of its own.
  const bool link = request.opens_page && request.method == "GET" && request.path == "/";
  if (!link && request.fetch_site && *request.fetch_site != "same-origin" && *request.fetch_site != "none")
    throw Refusal{403, "Sec-Fetch-Site", "is " + in_quotes(*request.fetch_site) + ": another page asks", open_link};
}

void Guard::check_key(const Request& request) const {
  constexpr std::string_view bearer = "Bearer ";
  const std::string given = request.authorization.value_or("");
  if (given.starts_with(bearer)) {
    const std::string_view key = std::string_view(given).substr(bearer.size());
    const std::lock_guard lock(guard_);
    bool known = stays_ && equal_secrets(key, token_);
    for (const std::string& session : sessions_) known |= equal_secrets(key, session);
    if (known) return;
  }
  throw Refusal{401, "Authorization", given.empty() ? "no key of a session is given" : "is no key of a session",
                std::string(open_link) + ", or trade its token by POST /api/session"};
}

std::string Guard::session(const std::string& token) {
  const std::lock_guard lock(guard_);
  if (!equal_secrets(token, token_))
    throw Refusal{401, "token", "is not the token of the link, or was used before",
                  "open the newest link that orrery view printed"};
  sessions_.push_back(random_key());
  if (sessions_.size() > most_sessions) sessions_.pop_front();
  if (!stays_) {
    token_ = random_key();
    if (fresh_) fresh_(token_);
  }
  return sessions_.back();
}

}  // namespace orrery::view
