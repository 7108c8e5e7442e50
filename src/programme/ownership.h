// Who owns a part of a programme, who has it by contract, and whether contracts between companies can be: nobody is
// paid for what is another's, or twice for the same, and no company guarantees, lends to or holds itself by way of
// others.
#pragma once
#include <string>
#include <vector>

#include "programme/plan.h"
#include "scenario/reader.h"

namespace orrery::programme {

/// The company that owns a part: of the names that stand for it the most particular one decides, so that a block of a
/// site may be another's than the site; the first company owns what nobody does.
int owner_of(const Plan& plan, const std::string& part);

/// True where the contract is of use of a part: a lease, power or capacity.
bool is_rent(Contract::Kind kind);

/// The contracts that let the accelerators of an order, from its owner outwards: of two of them in a chain, the one
/// whose payee is nearer to the owner comes first. Indices into Plan::contracts.
std::vector<std::size_t> lets_of(const Plan& plan, std::size_t order);

/// What only shows beside other contracts. Throws Error with the one that cannot
/// be: paid to one who neither owns the part nor has it, paid by its owner, let twice at once by the same measure, of a
/// circle of guarantees, loans or warrants that run at the same time. What is cancelled is left out.
void check_contracts(const Plan& plan, const scenario::View& root);

}  // namespace orrery::programme
