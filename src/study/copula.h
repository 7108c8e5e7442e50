// How the inputs of a study are drawn: each by itself, or joined by the causes that they share (a Gaussian copula by
// common factors; Joe, "Dependence modeling with copulas", 2014, section 3.10). The normal score of an input is the sum
// of its causes' scores times its loadings and of a part of its own, which fills its variance up to 1.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scenario/setting.h"

namespace orrery::study {

class Copula {
 public:
  /// The inputs with the loadings of their ties. independent: as if they had none.
  Copula(const std::vector<scenario::Input>& inputs, std::uint64_t seed, bool independent = false);

  /// Numbers in (0, 1) of all inputs in one trial, as long as the inputs. An input's own number is keyed by the seed,
  /// its key and the trial, a cause's by its name; one without a loading has its own to the last bit.
  void uniforms(std::uint64_t trial, std::span<double> out) const;
  /// Their normal scores, standard normal each, with the correlations below.
  void scores(std::uint64_t trial, std::span<double> out) const;
  /// Of two inputs' normal scores; 1 for those that are drawn as one.
  double correlation(std::size_t a, std::size_t b) const;

  /// For each input the first of those that are drawn as one with it, which may be itself.
  const std::vector<std::size_t>& first() const { return first_; }
  /// The narrowest cause of each input: of those with a loading the one that the fewest distinct inputs hang on, the
  /// first among equals; empty for an input without.
  const std::vector<std::string>& home() const { return home_; }

 private:
  struct Loading {
    std::size_t factor;
    double loading;
  };
  struct Drawn {
    std::uint64_t stream;
    double own = 1;  ///< loading of its own part
    std::vector<Loading> loadings;
  };

  /// The causes' scores in one trial.
  void factors(std::uint64_t trial, std::vector<double>& out) const;
  double score(const Drawn& drawn, std::uint64_t trial, const std::vector<double>& factors) const;

  std::uint64_t seed_;
  std::vector<std::size_t> first_;
  std::vector<Drawn> drawn_;  ///< by input; those that are not the first of theirs are empty
  std::vector<std::uint64_t> factors_;
  std::vector<std::string> home_;
};

}  // namespace orrery::study
