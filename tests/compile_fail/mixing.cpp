// Each CASE is one mistake that the dimensions of base/amount.h must stop; without CASE the file compiles.
#include "base/amount.h"
using namespace orrery;

Power drawn(Power p) {
  return p;
}

void control() {
  Time t = hours(1) + Time(5);
  Power p = Power(35e6);
  Energy e = p * t;
  Money m = Money(3);
  p = e / t;
  p += Power(1);
  drawn(p);
  Bandwidth rate = Data(8) / t;
  const double ratio = p / Power(2);
  (void)(t < hours(2)), (void)m, (void)rate, (void)ratio;
}

void mistake() {
#ifndef CASE
#define CASE 0
#endif
#if CASE == 1  // time and power
  auto x = hours(1) + Power(35e6);
#elif CASE == 2   // data and data rate
  auto x = Data(1) + Bandwidth(1);
#elif CASE == 3   // chips and wafers
  auto x = Chips(1) + Wafers(1);
#elif CASE == 4   // money and energy
  auto x = Money(1) - Energy(1);
#elif CASE == 5   // amount from a bare number
  Power x = 35.0;
#elif CASE == 6   // bare number added
  auto x = hours(1) + 5.0;
#elif CASE == 7   // energy for power
  Power x = Energy(5);
#elif CASE == 8   // compute for compute rate
  ComputeRate x = Operations(5);
#elif CASE == 9   // comparing time with energy
  bool x = hours(1) < Energy(3);
#elif CASE == 10  // amount as a bare number
  double x = Power(35e6);
#elif CASE == 11  // energy as an argument for power
  auto x = drawn(Energy(4));
#elif CASE == 12  // adding in place
  Time x;
  x += Energy(4);
#elif CASE == 13  // tokens and chips
  auto x = Tokens(1) + Chips(1);
#elif CASE == 14  // product taken for a sum
  Energy x = Power(1e6) * Power(1e6);
#elif CASE == 15  // bare number as an argument
  auto x = drawn(5.0);
#elif CASE == 16  // equality of money and chips
  bool x = Money(1) == Chips(1);
#else
  int x = 0;
#endif
  (void)x;
}
