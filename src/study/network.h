// A network as a kind of study: what it is made of, a collective and traffic on it.
#pragma once
#include "machine/network/study.h"
#include "study/kind.h"

namespace orrery::study {

/// What a file with [network] may say.
const scenario::Form& network_form();

/// The answer to a question about a network, as the models give it.
network::Study network_answer(const scenario::Scenario& scenario, const catalog::Catalog& catalog);

/// Two networks point by point.
Document compare_networks(const network::Study& one, const network::Study& other);

}  // namespace orrery::study
