// The scenarios that a server knows by name: those that ship and those of the user's own folder, which is also where
// new ones are saved.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/confinement.h"
#include "catalog/catalog.h"
#include "view/http.h"
#include "view/readings.h"

namespace orrery::view {

class Library {
 public:
  /// share: the folder that holds the shipped catalog/ and scenarios/. own: the user's folder; empty: there is none.
  /// The catalog outlives it, with all kinds read.
  Library(const catalog::Catalog& catalog, const std::string& share, const std::string& own, const Limits& limits);

  /// What scenarios may read: the shipped folders and the user's own as long as it is there, from which relative paths
  /// of overrides are seen.
  std::unique_ptr<const Confinement> confined() const;
  const std::string& own() const { return own_; }

  /// The file of a scenario of this name; a shipped one stands before the user's own. Throws Refusal.
  std::string file(const std::string& name) const;
  bool is_own(const std::string& name) const;
  static bool is_shipped(const std::string& share, const std::string& name);

  /// JSON: every scenario with its kind and title.
  std::string list() const;
  /// JSON: one with its text, its values and the keys of its kind. Throws Error, Refusal.
  std::string scenario(const std::string& name);
  /// JSON: what its values become under overrides. Throws Error, Refusal.
  std::string check(const std::string& name, const std::vector<std::string>& overrides);
  /// JSON: the text of a scenario with overrides as a file that needs no other. Throws Error, Refusal.
  std::string exported(const std::string& base, const std::vector<std::string>& overrides);
  /// JSON: the same saved under a name in the user's own folder, based on what it changes. Never over a shipped name,
  /// or a file that was not saved so. Throws Error, Refusal.
  std::string save(const std::string& name, const std::string& base, const std::vector<std::string>& overrides);
  /// Gives up what is being read.
  void stop() { readings_.stop(); }

 private:
  const std::string share_, own_;
  std::mutex saving_;
  Readings readings_;
  /// The list as it was made last, and what it stands on.
  struct Listed {
    std::vector<FileState> files;
    std::string text;
  };
  mutable std::mutex listing_;
  mutable Listed listed_;

  std::string own_file(const std::string& name) const;
};

}  // namespace orrery::view
