// A calendar queue of pooled records (Brown, "Calendar queues", Comm. ACM 31, 1988): what is to happen, taken out in
// the order of time. Buckets of one moment each in a ring, a heap for what lies beyond it.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace orrery {

/// Record must have members `std::uint64_t time` (ps), `std::uint64_t order` and `std::uint32_t next`. Records are
/// named by their place in the pool; they come out by time, then order.
template <typename Record>
class Calendar {
 public:
  /// width: ps of a bucket, a power of two; days: buckets in the ring, a power of two.
  Calendar(std::uint64_t width, std::uint32_t days) : shift_(0), head_(days, none), mask_(days - 1) {
    while ((1ull << shift_) < width) ++shift_;
  }

  std::uint32_t create() {
    if (!free_.empty()) {
      const std::uint32_t i = free_.back();
      free_.pop_back();
      return i;
    }
    if (created_ % chunk == 0) pool_.push_back(std::make_unique<Record[]>(chunk));
    return created_++;
  }
  /// Stays where it is until the queue goes.
  Record& operator[](std::uint32_t i) { return pool_[i / chunk][i % chunk]; }
  const Record& operator[](std::uint32_t i) const { return pool_[i / chunk][i % chunk]; }
  void release(std::uint32_t i) { free_.push_back(i); }
  std::size_t pool_size() const { return created_; }

  /// Puts a record into the queue; its time must not be before the last popped one's.
  void schedule(std::uint32_t i) {
    Record& r = (*this)[i];
    r.order = next_order_++;
    ++size_;
    const std::uint64_t day = r.time >> shift_;
    if (day <= today_ && started_) {
      insert_today(i);
    } else if (day - today_ <= mask_) {
      r.next = head_[day & mask_];
      head_[day & mask_] = i;
      ++in_ring_;
    } else {
      later_.push_back(i);
      std::push_heap(later_.begin(), later_.end(), [this](std::uint32_t a, std::uint32_t b) { return after(a, b); });
    }
  }
  bool empty() const { return size_ == 0; }

  /// Takes the next record out.
  std::uint32_t pop() {
    while (at_ == sorted_.size()) next_day();
    --size_;
    return sorted_[at_++];
  }

 private:
  static constexpr std::uint32_t none = 0xffffffffu, chunk = 4096;
  bool after(std::uint32_t a, std::uint32_t b) const {
    const Record &x = (*this)[a], &y = (*this)[b];
    return x.time != y.time ? x.time > y.time : x.order > y.order;
  }
  void insert_today(std::uint32_t i) {
    auto place = std::upper_bound(sorted_.begin() + static_cast<std::ptrdiff_t>(at_), sorted_.end(), i,
                                  [this](std::uint32_t a, std::uint32_t b) { return after(b, a); });
    sorted_.insert(place, i);
  }
  void next_day() {
    sorted_.clear();
    at_ = 0;
    if (started_) ++today_;
    started_ = true;
    if (in_ring_ == 0 && !later_.empty()) today_ = std::max(today_, (*this)[later_.front()].time >> shift_);
    while (!later_.empty() && ((*this)[later_.front()].time >> shift_) - today_ <= mask_) {
      std::pop_heap(later_.begin(), later_.end(), [this](std::uint32_t a, std::uint32_t b) { return after(a, b); });
      const std::uint32_t i = later_.back();
      later_.pop_back();
      Record& r = (*this)[i];
      r.next = head_[(r.time >> shift_) & mask_];
      head_[(r.time >> shift_) & mask_] = i;
      ++in_ring_;
    }
    for (std::uint32_t i = head_[today_ & mask_]; i != none; i = (*this)[i].next) sorted_.push_back(i);
    head_[today_ & mask_] = none;
    in_ring_ -= sorted_.size();
    std::sort(sorted_.begin(), sorted_.end(), [this](std::uint32_t a, std::uint32_t b) { return after(b, a); });
  }

  unsigned shift_;
  std::vector<std::uint32_t> head_;
  std::uint64_t mask_, today_ = 0, next_order_ = 0, in_ring_ = 0, size_ = 0;
  bool started_ = false;
  std::vector<std::uint32_t> sorted_, later_, free_;
  std::size_t at_ = 0;
  std::vector<std::unique_ptr<Record[]>> pool_;
  std::uint32_t created_ = 0;
};

}  // namespace orrery
