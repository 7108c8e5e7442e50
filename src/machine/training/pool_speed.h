// How fast a pool of accelerators trains a job, whole and as it shrinks: the training model is asked at the number that
// is wanted, of which a layout need not use all, and at the numbers below it over which the job divides.
#pragma once
#include <list>
#include <optional>

#include "machine/training/question.h"

namespace orrery::training {

/// The question on a pool of so many accelerators: on all of them, or on a part that trains faster, the blocks of 512
/// (a power of two below) or numbers down to half of all over which the job divides. Throws Error as pose() and
/// search().
Question on_pool(const Question&, const Hardware&, const catalog::Catalog&, unsigned threads = 1);

struct PoolSpeed {
  Question question;  ///< as on_pool() has it
  RankedLayout best;  ///< its fastest layout: what `orrery train` finds
  /// What so many accelerators of the pool do, fewest first, the number wanted last: the
  /// batch stays, as it does in a run that loses accelerators, and on numbers between the layout of the smaller runs.
  /// Below the fewest the job does not fit where `ends` is set, else it trains as fast for each as there.
  struct Size {
    double accelerators = 0;
    double each = 0;     ///< tokens per second and accelerator
    double at_work = 0;  ///< accelerators that the layout uses; the others are spare
  };
  std::vector<Size> sizes;
  bool ends = false;
};

/// Fastest layouts as they were found, so that pools of other sizes, which ask about many of the same numbers, do not
/// search them again. For one catalog.
struct LayoutsFound {
  struct Found {
    Question question;
    double limit = 0;                  ///< s, the longest step that was looked for
    std::optional<RankedLayout> best;  ///< nothing where none is within it
  };
  std::list<Found> found;
};

/// Asks at the question's own number of accelerators alone. Nothing where no layout fits. Throws Error as search().
std::optional<PoolSpeed> speed_of_all(const Question&, const Hardware&, const catalog::Catalog&, unsigned threads = 1);

/// Asks at the number wanted and at those over which the job divides, from `least` on. Nothing where no layout fits the
/// number wanted. Throws Error as on_pool(). known, if given, is asked first and added to; the answer does not depend
/// on it.
std::optional<PoolSpeed> pool_speed(const Question& wanted, double least, const Hardware&, const catalog::Catalog&,
                                    unsigned threads = 1, LayoutsFound* known = nullptr);

}  // namespace orrery::training
