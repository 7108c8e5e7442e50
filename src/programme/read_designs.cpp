// Chips of one's own that a plan's orders are of: from their design to volume.
#include <fmt/format.h>

#include "programme/read.h"

namespace orrery::programme {

void read_designs(Reader& reader, Plan& plan, const View& root) {
  for (const auto& [name, view] : root.group("design")) {
    const catalog::Entry& usual = reader.catalog().entry("die-making", "default");
    const auto time = [&, v = view](const char* key, const char* figure) {
      return reader.amount<Time>(v, key, maybe(usual, figure));
    };
    ChipDesign design;
    design.name = name;
    if (view.gives("counterparty")) design.counterparty = reader.text(view, "counterparty");
    design.begins = reader.date(view, "begins", plan.start, "the programme's start");
    needs(view, {"design_time"}, !view.gives("tape_out"), "a tape-out that hangs on it",
          "leave out tape_out, which stands in place of it, or leave it out");
    if (view.gives("tape_out")) {
      design.planned = reader.date(view, "tape_out");
      if (view.gives("begins") && *design.planned < design.begins)
        throw Error(view.place("tape_out"), view.key_path("tape_out"),
                    fmt::format("{} lies before the design begins on {}", design.planned->text(), design.begins.text()),
                    "give a later day, or let it begin earlier");
    } else design.design = time("design_time", "design_time");
    design.delay = reader.amount<Time>(view, "delay", from_rule(0, "on schedule"));
    design.first_silicon = time("first_silicon", "first_silicon");
    design.bring_up = time("bring_up", "bring_up");
    design.respins = reader.number(view, "respins", maybe(usual, "respins"));
    design.respin = time("respin_time", "respin_time");
    design.qualification = time("qualification", "qualification");
    design.rate = reader.amount<ChipRate>(view, "rate", from_rule(infinity, "as many as are asked for"));
    needs(view, {"ramp"}, view.gives("rate"), "a rate of production", "add rate = \"50000 chips/month\"");
    if (view.gives("rate")) design.ramp = time("ramp", "production_ramp");
    const std::string unknown = "no cost of it is said";
    for (const auto& [key, cost] : {std::pair{"once", &design.once}, {"each_respin", &design.each_respin}}) {
      if (!view.gives(key)) plan.not_counted.push_back(view.key_path(key) + ": " + unknown);
      *cost = reader.amount<Money>(view, key, from_rule(0, unknown));
    }
    plan.designs.push_back(std::move(design));
  }
}

}  // namespace orrery::programme
