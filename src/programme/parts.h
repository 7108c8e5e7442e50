// The parts of a plan, one function each; make_plan calls them in this order.
#pragma once
#include "programme/reader.h"

namespace orrery::programme {

void read_orders(Reader& reader, const View& root);       ///< orders, before their sites are sized
void read_rentals(Reader& reader, const View& root);
void read_sites(Reader& reader, const View& root);        ///< buildings, power, cooling, sized by the orders
void read_events(Reader& reader, const View& root);
void read_operation(Reader& reader, const View& root);
void read_runs(Reader& reader, const View& root);
void read_money(Reader& reader, const View& root);        ///< accounts, leases, serving
void read_milestones(Reader& reader, const View& root);
void read_observations(Reader& reader, const View& root);

/// The index of the site a section names under "site", or of the only site. Throws Error.
int site_of(Reader& reader, const View& view);

/// The usual slip of a planned day that a section marks as announced; none where it does not. what is "grid" or "".
/// Throws Error when it was announced after that day.
std::optional<Fallback> announced_slip(Reader& reader, const View& view, Date planned, std::string_view what = "");

/// The figure of an entry as a fallback, or nothing when the entry does not have it.
std::optional<Fallback> maybe(const catalog::Entry& entry, std::string_view key);

}  // namespace orrery::programme
