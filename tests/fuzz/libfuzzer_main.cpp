// libFuzzer's side: the target is the one that the program is called by, fuzz_NAME.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "fuzz/target.h"

namespace {

const orrery::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" int LLVMFuzzerInitialize(int*, char*** argv) {
  const std::string called = std::filesystem::path((*argv)[0]).filename().string();
  chosen = called.starts_with("fuzz_") ? orrery::fuzz::find_target(called.substr(5)) : nullptr;
  if (chosen) return 0;
  std::fprintf(stderr, "%s is no target; call one of the programs fuzz_NAME\n", called.c_str());
  std::exit(2);
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  // One in eight by bytes, which crosses inputs of the corpus too.
  if (!chosen->vocabulary || seed % 8 == 0) return LLVMFuzzerMutate(data, size, most);
  const std::string text =
      orrery::fuzz::mutated({reinterpret_cast<const char*>(data), size}, chosen->vocabulary(), most, seed);
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen->feed({reinterpret_cast<const char*>(data), size});
  return 0;
}
