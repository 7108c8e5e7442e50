// The time of operators between matrix products, launched one by one from a framework, as layer benchmarks measure
// them: a fixed cost, then memory at a share of the datasheet's bandwidth (roofline, Williams et al. 2009). The
// constants are fitted per accelerator and operator (docs/calibration.md).
#pragma once

namespace orrery::silicon {

/// An elementwise or row operator (softmax, layer norm, GELU) launched on its own by a framework, 2-byte elements.
struct ElementwiseConstants {
  double dispatch = 10e-6;  ///< s until its kernel starts: the framework's and the driver's
  double least = 2e-6;      ///< s the kernel takes however small
  double share = 0.8;       ///< of the datasheet's bandwidth; each element is read and written once
  double row = 0;           ///< s of the whole chip for a row
  double medium = 1;        ///< memory traffic over the least where a row is longer than medium_row elements
  double medium_row = 1024;
  double wide = 1;  ///< as medium in rows that a core does not keep: grows evenly from wide_row to twice that
  double wide_row = 8192;
};

/// Seconds of an elementwise operator over rows of so many elements each; memory_bandwidth in B/s as the datasheet has
/// it.
double elementwise_time(const ElementwiseConstants& c, double memory_bandwidth, double rows, double elements);

}  // namespace orrery::silicon
