#include "study/chip_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "machine/model/operators.h"
#include "machine/model/read.h"
#include "silicon/chip/attention.h"
#include "silicon/chip/gemm.h"

namespace orrery::study {
namespace {

using namespace scenario;
namespace d = dimension;
constexpr Dimension money_per_chip = d::money - d::chips;

/// The oldest and the newest month in which any memory's price is stated.
std::pair<Date, Date> months_of_prices(const catalog::Catalog& catalog) {
  std::vector<Date> months;
  for (const catalog::Entry& memory : catalog.entries("memories"))
    for (const catalog::Entry& point : memory.parts)
      months.push_back(
          at(point.place, memory.name + ".price." + point.name, [&] { return parse_date(point.name + "-01"); }));
  if (months.empty()) return {make_date(2023, 1, 1), make_date(2023, 1, 1)};
  const auto [oldest, newest] = std::minmax_element(months.begin(), months.end());
  return {*oldest, *newest};
}

std::optional<UncertainNumber> maybe_value(Reader& reader, const View& view, const char* key) {
  if (!view.gives(key)) return std::nullopt;
  return reader.value(view, key);
}

void read_operators(Reader& reader, const View& view, ChipQuestion& q) {
  const catalog::Catalog& catalog = reader.catalog();
  const std::string name = reader.text(view, "model", "gpt-3-175b", "the layer that LLMCompass was measured on");
  const model::Model model =
      at(view.place("model"), view.key_path("model"), [&] { return model::read(name, catalog); });
  const model::Architecture& shape =
      at(view.place("model"), view.key_path("model"), [&]() -> decltype(auto) { return model::shape_of(model); });
  const double batch = reader.whole(view, "batch", 8, "a small batch"),
               length = reader.whole(view, "sequence", 2048, "2,048 tokens");
  const double split = reader.whole(view, "tensor_parallel", 1, "a layer whole on one chip");
  const std::string phase = reader.choice(view, "phase", {"prefill", "decode"}, "prefill", "whole sequences at once");
  q.precision_name = reader.text(view, "precision", "bf16", "the format that all chips have");
  q.precision = at(view.place("precision"), view.key_path("precision"),
                   [&] { return silicon::parse_precision(q.precision_name); });
  at(view.place("precision"), view.key_path("precision"),
     [&] { silicon::require_precision(q.accelerator, q.precision); });
  const bool decode = phase == "decode";
  model::Slice slice;
  slice.sequences = batch, slice.sequence = decode ? 1 : length, slice.tp = split, slice.sequence_parallel = false;
  const double width = silicon::operand_bytes[static_cast<std::size_t>(q.precision)];
  q.model = fmt::format("{}, {} of {:g} sequences of {:g} tokens", model.name, phase, batch, length);
  if (split > 1) q.model += fmt::format(", split {:g} ways", split);
  if (shape.kinds.empty())
    throw Error(view.place("model"), view.key_path("model"), "has no layers", "name a model with layers");
  const model::Layer& layer = shape.kinds.front();
  const model::OperatorList list = model::layer_operators(shape, layer, slice);
  for (const model::Operator& o : list) {
    ChipOperator op;
    op.name = o.name, op.count = o.count;
    if (o.kind == model::Operator::Kind::gemm) {
      op.m = std::max(o.m, 1.0), op.n = o.n, op.k = o.k, op.flops = o.flops();
      op.bytes = o.count * (width * (o.m * o.k + o.k * o.n) + 2 * o.m * o.n);
    } else if (o.kind == model::Operator::Kind::attention) {
      const model::Mixer& x = *o.mixer;
      op.attention = true, op.decode = decode, op.batch = batch, op.sequence = length;
      op.heads = model::real(x.heads) / split, op.window = model::real(x.window);
      const bool latent = x.kind == model::Mixer::Kind::latent;
      op.kv_heads = latent ? op.heads : std::max(model::real(x.kv_heads) / split, 1.0);
      op.qk_dim = model::real(latent ? x.qk_nope_dim + x.qk_rope_dim : x.head_dim),
      op.v_dim = model::real(x.value_dim());
      const double pairs = decode ? length : length * (length + 1) / 2;
      op.flops = 2 * batch * op.heads * pairs * (op.qk_dim + op.v_dim);
      const double keys = 2 * batch * length * op.kv_heads * (op.qk_dim + op.v_dim);
      op.bytes = keys + (decode ? 0 : 2 * batch * length * op.heads * (op.qk_dim + op.v_dim));
    } else {
      op.bytes = o.bytes, op.flops = o.work;
    }
    if (op.bytes > 0) q.operators.push_back(op);
  }
}

}  // namespace

std::vector<Key> chip_keys() {
  return {
      text("chip", "a name in chips that says how it is built", "h100-sxm"),
      date("prices", "the day whose prices hold", "the newest month in which memory has a price"),
      asked(certain(amount("volume", d::chips, "chips that are made", "100,000 chips", 1))),
      text("yield", "law of yield: poisson, murphy, seeds or negative-binomial", "negative-binomial"),
      amount("wafer_price", d::money - d::wafers, "of the compute dies' process", "processes/*"),
      amount("defect_density", d::none - d::area, "of the compute dies' process", "processes/*", 0, 1e6),
      amount("memory_price", d::money - d::data, "of the memory in stacks", "memories/*, at the day", 0, 1e-3),
      text("against", "a chip that is bought instead, a name in chips", "none"),
      amount("merchant_price", money_per_chip, "what one of those costs", "its price in the catalog"),
      amount("speed", d::none, "of this chip over that one on the work", "the ratio of bf16 peaks", 1e-3, 1e3),
      amount("price", money_per_chip, "what one of these costs, its maker's margin included",
             "what it costs to make: no margin"),
      amount("once", d::money, "what is paid once to have it", "by area, masks, licences, package and software"),
      text("model", "whose layer runs on it: a name in models, or a config.json", "gpt-3-175b"),
      text("phase", "prefill (whole sequences at once) or decode (one token each)", "prefill"),
      asked(whole("batch", "sequences", "8", 1, 1e6)),
      asked(whole("sequence", "tokens of each, met or kept", "2048", 1, 1e8)),
      asked(whole("tensor_parallel", "chips that share a layer", "1", 1, 1e4)),
      text("precision", "format of the products", "bf16"),
  };
}

ChipQuestion read_chip(Reader& reader) {
  const View view = reader.root().below("chip");
  const catalog::Catalog& catalog = reader.catalog();
  ChipQuestion q;
  q.chip = &reader.entry(view, "chip", "chips", "h100-sxm", "the chip that most is known of");
  const auto [oldest, newest] = months_of_prices(catalog);
  q.day = reader.date(view, "prices", newest, "the newest month in which memory has a price");
  constexpr int year = 366;  // days for which the newest prices may stand
  if (q.day < oldest || q.day > newest + year)
    throw Error(view.place("prices"), view.key_path("prices"), fmt::format("no price of {} is known", q.day.text()),
                fmt::format("give a day from {} to {}", oldest.text(), (newest + year).text()));
  q.volume = reader.constant<Chips>(view, "volume", from_rule(100e3, "a large order")).value();
  const std::string law = reader.text(view, "yield", "negative-binomial", "Stapper's");
  q.law = at(view.place("yield"), view.key_path("yield"), [&] { return silicon::parse_yield_law(law); });
  silicon::DesignOverrides overrides;
  overrides.wafer_price = maybe_value(reader, view, "wafer_price");
  overrides.defect_density = maybe_value(reader, view, "defect_density");
  overrides.memory_price = maybe_value(reader, view, "memory_price");
  if (overrides.memory_price && !q.chip->find("memory"))
    throw Error(view.place("memory_price"), view.key_path("memory_price"), "is of memory that the chip does not have",
                "leave it out");
  q.design = at(view.place("chip"), view.key_path("chip"),
                [&] { return silicon::read_design(reader, *q.chip, q.day, overrides); });

  const std::vector<silicon::Accelerator> known = silicon::read_accelerators(catalog);
  const auto found = std::find_if(known.begin(), known.end(), [&](const auto& a) { return a.name == q.chip->name; });
  q.measured = found != known.end();
  if (q.measured) {
    q.accelerator = *found;
    q.kernels = found->measured ? "constants fitted on kernels of this chip" : "constants of a relative";
  } else {
    const catalog::Entry& e = silicon::unmeasured_entry(catalog, q.design.median);
    const View of{nullptr, "unmeasured-kernels." + e.name};
    for (const auto& [key, into] : silicon::constants_of(q.unmeasured)) {
      const catalog::Figure& figure = e.at(key);
      if (figure.dimension == d::time) {
        const Uncertain<Time> time = reader.amount<Time>(of, key, from_catalog(e, figure));
        q.reached.push_back({time.median.value(), time.input});
      } else {
        q.reached.push_back(reader.number(of, key, from_catalog(e, figure)));
      }
      *into = q.reached.back().median;
    }
    q.catalog = &catalog;
    q.accelerator = silicon::unmeasured_accelerator(catalog, *q.chip, q.design.median, q.unmeasured);
    q.kernels = "constants of chips that nobody has measured, good to some 20 %";
  }
  if (q.accelerator.peak[0] > 0 && q.accelerator.memory_bandwidth > 0) read_operators(reader, view, q);

  needs(view, {"merchant_price", "speed"}, view.gives("against"), "against", "name a chip with against");
  q.states_own_price = view.gives("price"), q.states_once = view.gives("once");
  if (q.states_own_price) q.own_price = reader.value(view, "price");
  if (q.states_once) q.once = reader.value(view, "once");
  if (view.gives("against")) {
    const catalog::Entry& other = reader.entry(view, "against", "chips", "", "");
    q.against = other.title;
    q.merchant_price = reader.value(view, "merchant_price", maybe(other, "price"));
    const double own = q.accelerator.peak[0], theirs = other.number("bf16_dense");
    if (!view.gives("speed") && !(own > 0 && theirs > 0))
      throw Error(view.place("against"), view.key_path("against"), "has no bf16 peak to compare, or this chip has none",
                  "give speed: how fast this chip is over that one on the work");
    q.speed = reader.value(
        view, "speed",
        from_rule(own > 0 && theirs > 0 ? own / theirs : 1, "the ratio of bf16 peaks, not of what is reached"));
  }
  return q;
}

silicon::Accelerator ChipQuestion::accelerator_in(Draws draws, const silicon::Design& drawn) const {
  if (measured) return accelerator;
  silicon::UnmeasuredKernels reaches = unmeasured;
  const auto constants = silicon::constants_of(reaches);
  for (std::size_t i = 0; i < constants.size(); ++i) *constants[i].second = reached[i].in(draws);
  return silicon::unmeasured_accelerator(*catalog, *chip, drawn, reaches);
}

double time_of(const ChipOperator& op, const silicon::Accelerator& chip, silicon::Precision precision) {
  const silicon::GemmConstants& g = chip.gemm[static_cast<std::size_t>(precision)];
  if (op.m > 0) return silicon::gemm_time(g, op.m, op.n, op.k, op.count);
  if (op.attention && op.decode)
    return silicon::decode_attention_time(chip.attention, op.batch, op.sequence, op.heads, op.kv_heads, op.qk_dim,
                                          op.window);
  if (op.attention)
    return silicon::attention_time(chip.attention, op.batch, op.sequence, op.heads, op.kv_heads, op.qk_dim, op.v_dim,
                                   op.window);
  return chip.gemm[0].launch + op.bytes / (chip.memory_bandwidth * chip.gemm[0].memory_share);
}

}  // namespace orrery::study
