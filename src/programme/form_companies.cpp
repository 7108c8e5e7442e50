#include "programme/form_companies.h"

#include "catalog/bounds.h"

namespace orrery::programme {

using namespace scenario;
namespace d = dimension;
using bounds::longest, bounds::year;

void add_company_sections(std::vector<Section>& s) {
  const auto rate = [](std::string_view name, std::string_view meaning, std::string_view default_value) {
    return certain(amount(name, d::frequency, meaning, default_value, 0, 1 / year));
  };
  const auto share = [](std::string_view name, std::string_view meaning, std::string_view default_value) {
    return certain(amount(name, d::none, meaning, default_value, 0, 1));
  };
  s.push_back(
      {"company.*",
       "A company that takes part. What nobody owns is the first one's.",
       {text("role", "lab, cloud, land, energy, building, servers, chip maker, lender or sponsor", "must be given"),
        of(KeyType::texts, "owns",
           "parts of the scenario: \"site.abilene\", \"site.abilene.power.gas\", \"order.gb200\"",
           "none; the first company: all that nobody owns"),
        rate("discount_rate", "of its owners", "money.discount_rate"), share("tax", "on income", "0.21"),
        text("compute_depreciation", "of accelerators, servers and network", "macrs_5"),
        text("building_depreciation", "of all else", "sl_39"),
        text("losses", "used at once, or carried forward", "used at once"),
        share("debt_share", "of what it spends before it earns, borrowed and repaid in equal parts", "no debt"),
        certain(
            amount("debt_coverage", d::none, "sizes the debt by cash for debt service over it", "no debt", 0.1, 100)),
        rate("debt_rate", "interest of the debt", "must be given with debt"),
        certain(amount("debt_term", d::time, "of the debt", "must be given with debt", 0, longest)),
        rate("construction_rate", "interest of what is spent before it earns", "debt_rate, else discount_rate"),
        date("fails", "from that day on it pays other companies nothing, and lets them have nothing", "it does not")},
       {}});
  s.push_back(
      {"contract.*",
       "Money between two companies.",
       {text("kind",
             "ground lease, power purchase, hall lease, server lease, capacity, sale, loan, residual guarantee or "
             "warrant",
             "must be given"),
        text("payer", "who pays; of a loan the lender, of a guarantee the guarantor", "must be given"),
        text("payee", "who is paid", "must be given"),
        text("of", "the part that it is about", "must be given for rent"),
        text("state", "rumour, letter, signed, binding, financed, energised or cancelled; paid from signed on",
             "signed"),
        date("signed", "day on which it was signed", "start"),
        day("from", "first day", "start"),
        day("until", "last day", "end"),
        day("exit", "day on which notice is given", "none is"),
        certain(amount("option", d::time, "for which its payer may go on after until, where the market asks no less",
                       "none", 86400, longest)),
        certain(amount("option_price", d::none, "rent then, over what it has risen to", "1", 0, 100)),
        text("option_market", "the [process.*] of what the market asks, over what it asked on the first day",
             "must be given with option"),
        certain(amount("notice", d::time, "from that day to the last day of rent", "0 days", 0, longest)),
        amount("exit_fee", d::money, "for leaving", "0"),
        amount("price", d::money - d::time, "fixed rent", "0"),
        amount("price_per_chip", d::money - d::chips - d::time, "rent of each usable accelerator", "0"),
        per_power_and_time("price_per_power", "rent of a hall per fitted-out IT power, of a block per rated power",
                           "0"),
        amount("price_per_energy", d::money - d::energy, "of the energy that the block or the site's blocks give", "0"),
        amount("amount", d::money, "paid once: a sale, a loan, what a warrant is worth", "0"),
        certain(amount("escalator", d::none, "yearly rise of the rent", "0", -0.5, 1)),
        certain(amount("total", d::money, "what it comes to over its term", "what is used", 1)),
        share("take_or_pay", "of total that is owed, used or not", "1 where total is given"),
        certain(amount("ramp", d::time, "over which what is owed rises evenly to its full rate", "0 days", 0, longest)),
        rate("rate", "interest of a loan", "0"),
        amount("guaranteed", d::none, "of what the part cost, that it is to fetch on the last day", "0", 0, 1),
        amount("value", d::none, "of what the part cost, that it fetches then", "must be given", 0, 2),
        text("follows", "the [process.*] whose index rent, or what the part fetches, is multiplied by",
             "none: it stays")},
       {}});
  s.push_back({"funding",
               "What pays for the programme: a ledger of commitments. What is not financed on its day waits.",
               {text("ledger", "a finance file with commitments, from where this file stands, or a shipped one by name",
                     "must be given"),
                text("payer", "the company whose commitments they are", "the ledger's payer, by its name"),
                of(KeyType::boolean, "limits", "what is not financed on its day waits until it is", "true"),
                certain(amount("cover", d::time, "whole months from its start in which what starts must be paid",
                               "24 months", 0, 10 * year))},
               {"pays_for"}});
  s.push_back({"funding.pays_for",
               "Which parts a commitment pays for: they wait for its money, and its payments are theirs.",
               {each(NameForm::name, of(KeyType::texts, "",
                                        "\"site.abilene\", \"order.gb200\", \"rental.aws\", "
                                        "\"contract.oracle\"",
                                        "none: its payments are the ledger's"))}});
}

}  // namespace orrery::programme
