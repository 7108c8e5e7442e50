#include "machine/operations/copies.h"

#include <algorithm>
#include <cmath>

namespace orrery::operations {

Copies::Copies(const std::vector<Tier>& tiers) : tiers_(tiers) {
  for (std::size_t i = 0; i < tiers.size(); ++i)
    if (tiers[i].every > 0 && (rarest_ == none || tiers[i].every > tiers[rarest_].every)) rarest_ = i;
  if (rarest_ == none) return;
  every_ = tiers[rarest_].every, blocks_ = tiers[rarest_].blocks, lands_ = tiers[rarest_].lands;
}

double Copies::finer_blocking() const {
  double left = 1;
  for (std::size_t i = 0; i < tiers_.size(); ++i)
    if (i != rarest_ && tiers_[i].every > 0) left *= tiers_[i].every / (tiers_[i].every + tiers_[i].blocks);
  return 1 - left;
}

double Copies::run(double now, double length, double speed) {
  if (rarest_ == none) {
    position_ += length * speed;
    return 0;
  }
  const double cycle = every_ + blocks_, end = now + length;
  double blocked = 0, left = length;
  while (true) {
    if (in_cycle_ == 0 && left - lands_ > 3 * cycle) {
      // All rounds at once but those whose copies may not be whole by the end.
      const double rounds = std::floor((left - lands_) / cycle) - 1;
      settle(end - left);
      landing_.clear();
      keep({position_ + every_ * speed, every_ * speed, rounds});
      position_ += rounds * every_ * speed, blocked += rounds * blocks_, left -= rounds * cycle;
    }
    if (in_cycle_ < every_) {
      const double need = every_ - in_cycle_, at_work = std::min(left, need);
      position_ += at_work * speed;
      if (left < need) return in_cycle_ += left, blocked;
      in_cycle_ = every_, at_write_ = position_, left -= need;
    }
    const double need = cycle - in_cycle_;
    if (left < need) return in_cycle_ += left, blocked + left;
    blocked += need, left -= need, in_cycle_ = 0;
    landing_.push_back({at_write_, end - left + lands_});
    settle(end - left);
  }
}

double Copies::take_back(double now, Domain lost) {
  settle(now);
  if (tiers_.empty()) return 0;
  double to = rarest_ == none || tiers_[rarest_].survives < lost ? 0 : newest();
  bool from_rarest = rarest_ != none;
  for (std::size_t i = 0; i < tiers_.size(); ++i) {
    const Tier& tier = tiers_[i];
    if (i == rarest_ || tier.survives < lost) continue;
    // A copy is as old as it took to become whole.
    const double begun = std::max(position_ - tier.lands, from_);
    const double at = tier.every > 0 ? from_ + std::floor((begun - from_) / tier.every) * tier.every : begun;
    if (at >= to) to = at, from_rarest = false;
  }
  return back_to(std::min(to, position_), from_rarest);
}

double Copies::take_back_before(double now, double position) {
  settle(now);
  forget_after(position);
  double to = newest();
  bool from_rarest = rarest_ != none;
  for (std::size_t i = 0; i < tiers_.size(); ++i) {
    const Tier& tier = tiers_[i];
    if (i == rarest_ || !tier.keeps) continue;
    const double at = tier.every > 0 ? std::floor(position / tier.every) * tier.every : position;
    if (at >= to) to = at, from_rarest = false;
  }
  return back_to(std::min(to, position_), from_rarest);
}

void Copies::settle(double now) {
  while (!landing_.empty() && landing_.front().time <= now) {
    keep({landing_.front().position});
    landing_.pop_front();
  }
}

void Copies::keep(const Copied& copies) {
  if (!tiers_[rarest_].keeps) whole_.clear();
  // Rounds of the same length are one row, so that they take no more room than what interrupts them.
  if (!whole_.empty() && copies.count == 1 && whole_.back().step > 0 &&
      std::abs(whole_.back().last() + whole_.back().step - copies.first) < 1e-9 * copies.first)
    whole_.back().count += 1;
  else if (copies.step > 0 || copies.count == 1) whole_.push_back(copies);
}

void Copies::forget_after(double position) {
  while (!whole_.empty() && whole_.back().first > position) whole_.pop_back();
  if (whole_.empty() || whole_.back().step <= 0) return;
  Copied& copies = whole_.back();
  // The last may be the position itself, but for rounding.
  copies.count = std::min(copies.count, std::floor((position - copies.first) / copies.step + 1e-6) + 1);
}

double Copies::back_to(double to, bool from_rarest) {
  const double lost = position_ - to;
  position_ = from_ = to;
  forget_after(to);
  // Of the rarest, the copies go on in their rhythm unless the job starts from one of them.
  if (from_rarest) in_cycle_ = 0, landing_.clear();
  while (!landing_.empty() && landing_.back().position > to) landing_.pop_back();
  at_write_ = std::min(at_write_, to);
  return lost;
}

}  // namespace orrery::operations
