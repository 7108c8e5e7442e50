// Moist air: the vapour it holds and its wet bulb. ASHRAE Handbook, Fundamentals (2017), chapter 1, whose equation
// numbers are named. Temperatures in degrees Celsius, from -100 to 100; pressures in Pa; humidity as a share.
#pragma once

namespace orrery::site {

/// Saturation pressure of water vapour over ice below 0 C and over water from there on, Pa (equations 5 and 6).
double saturation_pressure(double celsius);
/// The temperature at which a vapour pressure in Pa saturates: the dew point, below 0 C the frost point; -100 for less
/// vapour than air at -100 C can hold.
double dew_point(double vapour_pressure);
/// Mass of vapour per mass of dry air at a vapour pressure below the air's pressure (equation 20).
double humidity_ratio(double vapour_pressure, double pressure);
/// Wet-bulb temperature of air with a humidity from 0 to 1 (equations 33 and 35, solved by bisection to 1e-6 K between
/// the dew point and the dry bulb, where it lies).
double wet_bulb(double dry_bulb, double humidity, double pressure);
/// Pressure of the standard atmosphere at an elevation in m (equation 3).
double standard_pressure(double elevation);

}  // namespace orrery::site
