// The scenarios that a server knows by name: those that ship and those of the user's own folder, which is also where
// new ones are saved.
#pragma once
#include <mutex>
#include <nlohmann/json.hpp>
#include <semaphore>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "scenario/stack.h"
#include "view/http.h"

namespace orrery::view {

class Library {
 public:
  /// share: the folder that holds the shipped catalog/ and scenarios/. own: the user's folder; empty: there is none.
  Library(std::string share, std::string own);

  /// The folders that scenarios may read from.
  std::vector<std::string> folders() const;
  const std::string& own() const { return own_; }

  /// The file of a scenario of this name; the user's own stands before a shipped one. Throws Refusal.
  std::string file(const std::string& name) const;
  bool is_own(const std::string& name) const;

  /// JSON: every scenario with its kind and title.
  std::string list() const;
  /// JSON: one with its text, its values and the keys of its kind.
  std::string scenario(const std::string& name, const catalog::Catalog& catalog) const;
  /// JSON: what its values become under overrides. Throws Error.
  std::string check(const std::string& name, const std::vector<std::string>& overrides,
                    const catalog::Catalog& catalog) const;
  /// JSON: the text of a scenario with overrides as a file that needs no other. Throws Error, Refusal.
  std::string exported(const std::string& base, const std::vector<std::string>& overrides,
                       const catalog::Catalog& catalog) const;
  /// JSON: the same saved under a name in the user's own folder, based on what it changes. Never over a shipped name,
  /// or a file that was not saved so. Throws Error, Refusal.
  std::string save(const std::string& name, const std::string& base, const std::vector<std::string>& overrides,
                   const catalog::Catalog& catalog);

 private:
  std::string share_, own_;
  std::mutex saving_;
  mutable std::counting_semaphore<> reading_;  // a plan may take a second to read, and others want to be answered

  /// JSON: the values of a scenario. Throws Error.
  nlohmann::ordered_json values_of(const scenario::Scenario& scenario, const catalog::Catalog& catalog) const;

  std::string own_file(const std::string& name) const;
  std::string shipped_file(const std::string& name) const;  ///< empty where there is none
};

}  // namespace orrery::view
