// Counts allocations, for tests of what must not allocate. Under the address sanitizer its own operators stay.
#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> count{0};
}

std::size_t allocations_so_far() {
  return count;
}

#ifdef __SANITIZE_ADDRESS__
bool counts_allocations() {
  return false;
}
#else
bool counts_allocations() {
  return true;
}

void* operator new(std::size_t size) {
  ++count;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif
