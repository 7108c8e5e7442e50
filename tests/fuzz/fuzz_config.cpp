// Feeds any bytes to the reader of Hugging Face configs. What it takes for a model has a count of parameters above
// zero and operators of finite size; what it refuses is refused by one orrery::Error of one line.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "machine/model/architecture.h"
#include "machine/model/huggingface.h"
#include "machine/model/operators.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const orrery::model::Architecture model = orrery::model::read_huggingface_config(text, "config.json");
    const double total = orrery::model::parameters(model).total,
                 flops = orrery::model::forward_flops_per_token(model, 4096);
    if (!(total > 0 && std::isfinite(total) && flops > 0 && std::isfinite(flops) && model.towers >= 0))
      __builtin_trap();
    for (const orrery::model::Layer& layer : model.kinds)
      for (const auto& o : orrery::model::layer_operators(model, layer, {.sequence = 4096}))
        if (!(o.flops() >= 0 && o.bytes >= 0 && o.saved >= 0 && std::isfinite(o.flops()))) __builtin_trap();
  } catch (const orrery::Error& error) {
    if (error.message().find('\n') != std::string::npos) __builtin_trap();
  }
  return 0;
}
