// SAM's own case files: the JSON inputs of its single-owner and fixed-charge-rate calculators in, its output names out.
// Inputs that SAM's calculators use and Orrery does not model are refused by name; unknown names are refused with the
// nearest known ones.
#pragma once
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "money/project/single_owner.h"
#include "money/project/time_of_delivery.h"

namespace orrery::money {

/// Inputs of the fixed-charge-rate calculator (SAM's cmod_lcoefcr): $, $ a year, $/kWh, fraction a year, kWh a year.
struct FixedChargeCase {
  double capital = 0, fixed_a_year = 0, variable = 0, fixed_charge_rate = 0, energy = 0;
};

/// A case as read. The echoed inputs are those that SAM prints again among its outputs.
struct SamCase {
  enum class Kind { single_owner, fixed_charge };
  Kind kind = Kind::single_owner;
  FixedChargeCase fixed_charge;
  SingleOwner project;
  TimeOfDeliveryPrices pricing;
  std::vector<SalesByTime> deliveries;  ///< year 1, or every year
  std::vector<double> power_kw;         ///< as given, for the sold and bought series
  std::vector<double> monthly_energy, recapitalize_years;
  bool lifetime_output = false, recapitalizes = false, has_battery = false, has_fuel_cell = false;
  int extra_operation_types = 0;
};

/// What a known input is to Orrery.
enum class SamUse {
  read,        ///< the pro forma uses it
  idle,        ///< belongs to another of SAM's calculators; the single-owner calculator leaves it unread too
  unmodelled,  ///< SAM uses it and Orrery does not: refused unless zero, false or empty
};
enum class SamKind { number, list, table };
struct SamKey {
  std::string name;
  SamKind kind;
  SamUse use;
  double least = -std::numeric_limits<double>::infinity(), most = std::numeric_limits<double>::infinity();
  bool whole = false;  ///< flags are whole numbers from 0 to 1
};
/// Every known input, in alphabetical order.
const std::vector<SamKey>& sam_keys();

/// Reads a case from JSON text; name stands for the file in messages. Throws Error for text that is not JSON, unknown
/// inputs and unmodelled inputs in use (all of them named), a missing required input, a value of the wrong kind or
/// outside the range of its key.
SamCase read_sam(std::string_view json, const std::string& name);

/// Runs a case and returns its results as a JSON object under SAM's output names, numbers with 17 significant digits,
/// what is not a number as "nan".
std::string sam_outputs(const SamCase& read);

}  // namespace orrery::money
