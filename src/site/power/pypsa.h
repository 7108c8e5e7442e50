// A PyPSA network as the folder of CSV files that it exports, read as a problem of energy by the hour: one bus that has
// the loads and the generators, and others of stores that links join to it (batteries, hydrogen). Attributes are those
// of PyPSA's components (docs.pypsa.org, "Components"); what this form cannot say, such as a second bus with loads,
// unit commitment or a store that is not the same at the end as at the start, is refused by its file, line and column.
#pragma once
#include <string>
#include <vector>

#include "site/power/energy_problem.h"

namespace orrery::site {

/// A component with a size, and the flows of the problem that it has.
struct PypsaComponent {
  std::string list;  ///< "generators", "storage_units", "stores", "links"
  std::string name, carrier;
  int capacity = 0;            ///< of the problem
  int column = -1;             ///< that builds it; -1: nothing more can be built
  double capital_cost = 0;     ///< of a MW or MWh; 0 where it is not extendable
  int gives = -1, takes = -1;  ///< flows: out of a generator or a storage unit and into it; through a link and back
  double arrives = 1;          ///< share of what enters a link that leaves it
};

struct PypsaNetwork {
  std::string name;                       ///< in network.csv; may be empty
  EnergyProblem problem;                  ///< MW, MWh, and the currency of the costs
  std::vector<std::string> column_names;  ///< what each column of the problem builds
  double constant = 0;                    ///< what p_nom_min and e_nom_min cost, which the problem does not count
  std::vector<PypsaComponent> components;
  std::vector<std::string> notes;  ///< what was taken where the files leave it open
};

/// Reads network.csv's folder: generators, loads, storage_units, stores, links, carriers and global_constraints
/// (primary_energy, <=), with series of p_max_pu, marginal_cost and p_set. Without snapshots.csv each step stands for
/// an equal part of 8,760 hours, as capital costs are a year's. Throws Error with file, line and column for what is not
/// understood, and for files that are cut or disagree.
PypsaNetwork read_pypsa(const std::string& folder);

}  // namespace orrery::site
