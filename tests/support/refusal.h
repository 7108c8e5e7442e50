// What the library answers to input that it cannot use.
#pragma once
#include <string>
#include <string_view>

#include "base/error.h"

namespace orrery {

/// The message of the Error that function() throws; "" where it throws none.
template <typename Function>
std::string refusal(Function&& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

inline bool says(std::string_view message, std::string_view words) {
  return message.find(words) != std::string_view::npos;
}

}  // namespace orrery
