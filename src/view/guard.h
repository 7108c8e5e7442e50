// Who may ask: the Host that a request names (no DNS rebinding), the Origin and site that it comes from (no other
// page), and the token of the printed link, which is traded once for the key of a session.
#pragma once
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "view/http.h"

namespace orrery::view {

/// Text in lower case, of ASCII alone.
std::string lower(std::string text);

/// 256 random bits of the kernel as hexadecimal digits.
std::string random_key();

/// Whether two texts are equal, in a time that does not tell where they differ.
bool equal_secrets(std::string_view a, std::string_view b);

class Guard {
 public:
  /// hosts: what Host may be, lower case. token: one that always works; empty: each works once. fresh: told the token
  /// of the next link whenever there is a new one, the first at once.
  Guard(std::vector<std::string> hosts, std::string token, std::function<void(const std::string& token)> fresh);

  /// Throws Refusal for a foreign Host or Origin, and for what another site's page asks.
  void check_place(const Request& request) const;
  /// Throws Refusal without the key of a session.
  void check_key(const Request& request) const;
  /// Trades a token for the key of a session. Throws Refusal.
  std::string session(const std::string& token);

 private:
  std::vector<std::string> hosts_;
  std::function<void(const std::string&)> fresh_;
  mutable std::mutex guard_;
  std::string token_;
  const bool stays_;
  std::deque<std::string> sessions_;  ///< the newest last
};

}  // namespace orrery::view
