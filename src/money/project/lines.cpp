// Names of the lines, as the compiler knows them (GCC and Clang), so that there is one list.
#include "money/project/lines.h"

#include <utility>

namespace orrery::money {

namespace {

// "energy_net", from the signature of this very function: "... [with FlowLine line = ...::energy_net; ...]".
template <FlowLine line>
constexpr std::string_view enumerator() {
  std::string_view signature = __PRETTY_FUNCTION__;
  signature.remove_prefix(signature.rfind("FlowLine::") + 10);
  return signature.substr(0, signature.find_first_of(";]"));
}

template <std::size_t... i>
constexpr std::array<std::string_view, flow_lines> enumerators(std::index_sequence<i...>) {
  return {enumerator<static_cast<FlowLine>(i)>()...};
}

}  // namespace

std::string_view flow_line_name(FlowLine line) {
  static constexpr auto names = enumerators(std::make_index_sequence<flow_lines>());
  static_assert(names.front() == "energy_net" && names.back() == "fedtax_loss_carried");
  return names[static_cast<std::size_t>(line)];
}

}  // namespace orrery::money
