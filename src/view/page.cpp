#include "view/page.h"

namespace orrery::view {

std::optional<Page> embedded_page() {
  return std::nullopt;
}

}  // namespace orrery::view
