// The table of kinds and keys: what each folder of the catalog may say, declared once. The loader checks files against
// it, `orrery show --schema` prints it.

#include "catalog/catalog.h"

namespace orrery::catalog {
namespace {

namespace d = dimension;
using Kind = Figure::Kind;

constexpr Dimension power_per_chip = d::power - d::chips;
constexpr Dimension money_per_chip = d::money - d::chips;
constexpr Dimension money_per_chip_time = d::money - d::chips - d::time;
constexpr Dimension money_per_power = d::money - d::power;
constexpr Dimension money_per_power_time = d::money - d::power - d::time;
constexpr Dimension money_per_time = d::money - d::time;
constexpr Dimension money_per_energy = d::money - d::energy;
constexpr Dimension mass_per_energy = d::mass - d::energy;
constexpr Dimension volume_per_energy = d::volume - d::energy;
constexpr Dimension rate_per_chip = d::none - d::chips - d::time;
constexpr double unbounded = -infinity;

KeySchema amount(std::string_view key, Dimension dimension, std::string_view meaning) {
  return {key, Kind::amount, dimension, false, meaning};
}
KeySchema text(std::string_view key, std::string_view meaning) {
  return {key, Kind::text, d::none, false, meaning};
}
KeySchema texts(std::string_view key, std::string_view meaning) {
  return {key, Kind::texts, d::none, false, meaning};
}
KeySchema boolean(std::string_view key, std::string_view meaning) {
  return {key, Kind::boolean, d::none, false, meaning};
}
KeySchema required(KeySchema key) {
  key.required = true;
  return key;
}
KeySchema above_zero(KeySchema key) {
  key.low = 1e-9;
  return key;
}
KeySchema signed_amount(KeySchema key) {
  key.low = unbounded;
  return key;
}

std::vector<KindSchema> make_schema() {
  std::vector<KindSchema> kinds;
  kinds.push_back(
      {"chips",
       "AI accelerators, each as it is sold (one package or module).",
       {
           required(text("vendor", "who sells it")),
           text("family", "the line it belongs to: its training efficiency stands in for an unmeasured chip"),
           text("process", "the process of its compute dies"),
           text("generation", "its architecture: what frameworks and hosts go by; left out: that of its kernels' like"),
           amount("cores", d::none,
                  "streaming multiprocessors, compute units or matrix units that work is spread over"),
           amount("compute_dies", d::none, "compute dies in the package"),
           amount("die_area", d::area, "total area of the compute silicon"),
           amount("transistors", d::none, "transistors in the package"),
           amount("bf16_dense", d::compute_rate, "peak dense rate in bf16 (fp16 where there is no bf16)"),
           amount("fp8_dense", d::compute_rate, "peak dense rate in 8-bit floating point"),
           amount("fp4_dense", d::compute_rate, "peak dense rate in 4-bit floating point"),
           amount("int8_dense", d::compute_rate, "peak dense rate in 8-bit integers"),
           amount("hbm", d::data, "memory on the package"),
           amount("hbm_bandwidth", d::bandwidth, "peak bandwidth of that memory"),
           amount("hbm_stacks", d::none, "stacks of that memory"),
           amount("sram", d::data, "on-chip memory: last-level cache or scratchpad"),
           amount("tdp", d::power, "thermal design power"),
           amount("exponentials", d::compute_rate, "exponentials of its special function units a second"),
           amount("it_power", power_per_chip, "IT power per accelerator with its share of server, network and storage"),
           amount("scaleup_bandwidth", d::bandwidth, "scale-up bandwidth, both directions together"),
           amount("scaleup_domain", d::none, "accelerators in one scale-up domain"),
           amount("scaleout_nic", d::bandwidth, "scale-out network bandwidth, one direction"),
           text("launch", "when it was launched"),
           amount("price", money_per_chip, "what a large buyer pays for one"),
           amount("material_cost", money_per_chip, "estimated bill of materials"),
           text("server", "the server it ships in where nothing else is said"),
       }});
  const std::vector<KeySchema> decode_release = {
      amount("heads", d::none, "query heads of a key head that one block serves at most; 0: each has its own"),
      above_zero(
          amount("share", d::none, "of the datasheet's bandwidth for keys and values read once; above 1: cache")),
      signed_amount(amount("delay", d::time, "more or less than the launch")),
  };
  std::vector<KeySchema> decode = decode_release;
  decode.push_back(amount("least", d::none, "query heads of a key head from which a block is shared"));
  kinds.push_back(
      {"kernels",
       "Constants of the kernel model, fitted by chip: an entry is called as the chip is in chips.",
       {
           text("like", "another entry, whose constants hold where this one says nothing"),
           amount("band", d::none,
                  "relative error of predicted step times, one standard deviation, in place of bands/training"),
           amount("sustained", d::none, "speed of bf16 products in a long run over a kernel benchmark's"),
           amount("sustained_low", d::none, "the same of narrower formats, casting included"),
           amount("pace", d::none, "speed of all device work in a training step over what these constants say"),
           amount("unaligned", d::none, "time of a product of odd width over one of a multiple of 64"),
           amount("host", d::none, "launches and host work of a layer over those on an ordinary server"),
           boolean("asynchronous", "matrix units that run beside the cores"),
           amount("attention_backward", d::none, "backward over forward time of fused attention"),
           amount("idle_share", d::none, "of TDP when nothing runs"),
           amount("reserved", d::data, "memory that driver, communication library and runtime hold"),
           amount("scale_up_efficiency", d::none, "share of the scale-up bandwidth that collectives reach"),
           amount("scale_up_hop", d::time, "a step of a ring or tree within a domain"),
           amount("scale_out_efficiency", d::none, "share of the NIC that collectives reach"),
           amount("scale_out_hop", d::time, "a step of a ring or tree between domains"),
       },
       {{"gemm",
         "Matrix products, by format: bf16, fp8, fp8-block, nvfp4, int8; int8-weights and int4-weights "
         "multiply in 16 bits; dispatched: launched one by one from a framework.",
         {
             amount("rate", d::none, "share of peak a full core sustains in the main loop"),
             amount("launch", d::time, "launch and drain of a kernel"),
             amount("tile_fixed", d::time, "prologue and epilogue of a wave"),
             amount("memory_share", d::none, "share of the datasheet's bandwidth reached in streaming"),
             amount("core_memory", d::bandwidth, "what one core can load into its tiles"),
             amount("balance", d::none, "0: the last wave costs a whole one; 1: perfectly spread"),
             amount("split_fixed", d::time, "cost of adding up a split inner dimension"),
             amount("most_splits", d::none, "parts of the inner dimension at most"),
             amount("overlap", d::none, "exponent that joins arithmetic and memory"),
             amount("step", d::time, "of a core, at least, for one element of the inner dimension"),
             amount("quantise_fixed", d::time, "passes that scale and quantise, fixed part"),
             amount("quantise_passes", d::none, "times the operand moves through memory for them"),
         },
         {{"release",
           "How a software release differs, called by part of its printed name.",
           {
               amount("factor", d::none, "time over that of the constants"),
               amount("row", d::time, "more for each row of the first operand"),
           },
           {},
           true}}},
        {"attention",
         "Fused attention: bf16, kv8 (bf16 queries on 8-bit keys and values), fp8.",
         {
             amount("rate", d::none, "share of peak the two products sustain on a full core"),
             amount("exponentials", d::compute_rate, "exponentials of the whole chip"),
             amount("launch", d::time, "launch of the kernel"),
             amount("block_fixed", d::time, "start and end of a block of queries"),
             amount("passes", d::none, "times queries, keys, values and result move through memory"),
             amount("balance", d::none, "0: whole waves of blocks; 1: perfectly spread"),
             amount("window_keys", d::none, "further keys of a block where a window cuts the mask"),
         }},
        {"decode",
         "Attention of one query on kept keys and values: bf16, kv8.",
         std::move(decode),
         {{"kernel",
           "shared: a block serves all query heads of its key head; single: each has its own.",
           {
               amount("launch", d::time, "launch of the kernel"),
               amount("block", d::time, "start and end of a block with heads 128 wide"),
               amount("block_dim", d::none, "share of that which grows with the width of a head"),
               amount("block_head", d::none, "share of that which each further 16 query heads add"),
               above_zero(amount("core_rate", d::bandwidth, "keys and values one core walks over")),
               above_zero(amount("chunk", d::none, "fewest keys worth a block of their own")),
               above_zero(amount("fill", d::none, "blocks a core to which keys are split")),
               above_zero(amount("most", d::none, "blocks at most that share one head's keys")),
               amount("combine", d::time, "to join the results of split keys"),
           }},
          {"release", "What a software release decides.", decode_release, {}, true}}},
        {"dispatched",
         "Operators launched one by one from a framework: softmax, layernorm, gelu.",
         {
             amount("dispatch", d::time, "until the kernel starts"),
             amount("least", d::time, "of the kernel, however small"),
             required(above_zero(amount("share", d::none, "of the datasheet's bandwidth"))),
             amount("row", d::time, "of the whole chip for a row"),
             amount("medium", d::none, "memory traffic over the least in rows beyond medium_row"),
             amount("medium_row", d::none, "elements of such a row"),
             amount("wide", d::none, "the same factor again beyond wide_row"),
             amount("wide_row", d::none, "elements of such a row"),
         }}},
       false});
  const auto any = [](KeySchema key) {
    key.low = -1e3;
    return required(std::move(key));
  };
  kinds.push_back(
      {"bands",
       "How far off predictions may be: ln sigma is a sum, and P10 and P90 lie so many sigma off in the logarithm.",
       {
           any(amount("base", d::none, "ln sigma of a step without overhead")),
           any(amount("overhead", d::none, "times the share of traffic, launches, bubble and fixed costs in the step")),
           any(amount("mixture", d::none, "more, of a mixture of experts")),
           any(amount("unseen", d::none, "more, where no run of the chip or of the framework's generation was fitted")),
           any(amount("lora", d::none, "more, of LoRA")),
           required(above_zero(amount("below", d::none, "sigma from the median to P10"))),
           required(above_zero(amount("above", d::none, "sigma from the median to P90"))),
       }});
  kinds.push_back(
      {"hosts",
       "What stands behind accelerators: an entry is called as a chip or a generation of chips.",
       {
           required(above_zero(amount("link", d::bandwidth, "to the host's memory, per accelerator and direction"))),
           required(above_zero(amount("memory", d::bandwidth, "of the host's memory, per accelerator"))),
           amount("coherent", d::bandwidth, "a link fast enough to keep activations behind it"),
       },
       {},
       false});
  kinds.push_back(
      {"frameworks",
       "Generations of training software: what they fuse, overlap and pay per layer and step.",
       {
           text("like", "another entry, whose constants hold where this one says nothing"),
           texts("matches", "parts of the names under which results are published, lower case"),
           texts("families", "generations of chips it alone serves; none: any"),
           texts("only_on", "generations its names mean it on; none: any"),
           amount("elementwise", d::none, "memory traffic between products over the fully fused least"),
           amount("slowdown", d::none, "of all matrix products over the kernel benchmark"),
           amount("attention", d::none, "time of attention over the best kernel"),
           amount("attention_young", d::none, "the same again on chips with asynchronous matrix units"),
           amount("moe_fixed", d::time, "of a mixture layer and pass: routing, sorting, launches"),
           amount("expert_slowdown", d::none, "of the experts' products over one large product"),
           amount("expert_traffic", d::none, "memory traffic of dispatch and combination over the least"),
           amount("network_share", d::none, "of the scale-out bandwidth that sharded parameters reach"),
           amount("layer_fixed", d::time, "of a layer and pass in which no kernel runs"),
           amount("layer_host", d::time, "the host needs to launch a layer's pass"),
           amount("step_fixed", d::time, "of a step"),
           amount("tp_exposed", d::none, "share of tensor-parallel traffic not hidden"),
           amount("dp_exposed", d::none, "share of gradient and parameter traffic not hidden"),
           amount("ep_exposed", d::none, "share of expert traffic not hidden"),
           boolean("fused_attention", "has FlashAttention or its like"),
           boolean("interleaves", "runs virtual pipeline stages unless told otherwise"),
           boolean("sequence_parallel", "splits sequences between tensor-parallel ranks"),
           amount("logit_bytes", d::none, "bytes of a logit kept for the backward pass"),
           amount("selective_products", d::none, "forward products done again, selective recomputation"),
           amount("gradient_bytes", d::none, "bytes of a reduced gradient element"),
           amount("release", d::none, "time of a step over what the other constants say, of a later release"),
           amount("jitter", d::none, "relative spread of an accelerator's step time"),
       },
       {},
       false});
  kinds.push_back({"servers",
                   "Servers, racks and pods that accelerators ship in.",
                   {
                       required(text("chip", "the accelerator, a name in chips")),
                       required(amount("chips_per_server", d::none, "accelerators in one server (host or tray)")),
                       amount("chips_per_rack", d::none, "accelerators in one rack"),
                       amount("chips_per_pod", d::none, "accelerators in the largest pod or scale-up domain"),
                       amount("max_power", d::power, "rated power of one server"),
                       amount("rack_power", d::power, "rated power of one rack"),
                       required(amount("it_power", power_per_chip,
                                       "IT power per accelerator with its share of server, network and storage")),
                       amount("price", d::money, "price of one server"),
                       amount("rack_price", d::money, "price of one rack"),
                       required(text("cooling", "air or liquid")),
                   }});
  kinds.push_back({"models",
                   "Transformer models: the shapes that decide compute and memory.",
                   {
                       text("family", "the line it belongs to"),
                       required(amount("params_total", d::none, "published number of parameters")),
                       amount("params_active", d::none, "parameters used per token (mixture of experts)"),
                       amount("layers", d::none, "transformer layers"),
                       amount("hidden", d::none, "width of the residual stream"),
                       amount("ffn", d::none, "width of the dense feed-forward layer"),
                       amount("heads", d::none, "attention heads (queries)"),
                       amount("kv_heads", d::none, "key and value heads"),
                       amount("head_dim", d::none, "width of a head where it is not hidden / heads"),
                       amount("vocab", d::none, "vocabulary"),
                       amount("context", d::none, "sequence length it was trained with"),
                       text("attention", "mha, mqa, gqa or mla"),
                       text("positional", "rotary, learned, relative or alibi"),
                       boolean("gated_mlp", "the feed-forward layer has a gate (SwiGLU, GeGLU)"),
                       boolean("tied_embeddings", "input and output embeddings are one matrix"),
                       boolean("biases", "linear layers have biases"),
                       amount("experts", d::none, "routed experts per mixture layer"),
                       amount("top_k", d::none, "routed experts used per token"),
                       amount("moe_ffn", d::none, "width of one expert"),
                       amount("shared_experts", d::none, "experts that every token uses"),
                       amount("dense_first_layers", d::none, "dense layers before the mixture layers"),
                       amount("q_lora_rank", d::none, "multi-head latent attention: rank of the queries"),
                       amount("kv_lora_rank", d::none, "multi-head latent attention: rank of keys and values"),
                       amount("qk_rope_dim", d::none, "multi-head latent attention: rotary part of a head"),
                       amount("qk_nope_dim", d::none, "multi-head latent attention: rest of a query and key head"),
                       amount("v_dim", d::none, "multi-head latent attention: value head"),
                       amount("mtp_layers", d::none, "extra layers that predict further tokens"),
                       amount("tokens", d::tokens, "tokens it was trained on"),
                   }});
  kinds.push_back({"processes",
                   "Logic processes of the foundries.",
                   {
                       text("foundry", "who runs it"),
                       amount("wafer_price", d::money - d::wafers, "price of a 300 mm wafer"),
                       amount("defect_density", d::none - d::area, "defects per area, mature"),
                       amount("transistor_density", d::none - d::area, "transistors per area"),
                       text("volume_production", "start of volume production"),
                   }});
  kinds.push_back(
      {"construction",
       "Reference classes of buildings: tasks with durations and order, slips, and cost per power of IT.",
       {
           amount("cost", money_per_power, "building with electrical and mechanical plant, per IT power"),
           amount("shell", money_per_power, "of it: site, shell and fit-out"),
           amount("electrical", money_per_power, "of it: electrical plant"),
           amount("mechanical", money_per_power, "of it: cooling plant"),
           amount("fit_out_rate", d::power - d::time, "IT power fitted out per time once the tasks are done"),
           signed_amount(amount("delay", d::time, "schedule slip of a milestone against the plan of a year before")),
           amount("lead", d::time, "start of work to first building in operation, as observed"),
       },
       {{"task",
         "A task of the construction.",
         {
             required(amount("duration", d::time, "how long the task takes")),
             texts("after", "tasks that must be done before"),
             boolean("with_racks", "racks are installed while it goes on"),
         }}}});
  kinds.push_back({"slips",
                   "How far announced dates slip, by how far ahead they were announced.",
                   {
                       required(amount("ahead", d::time, "announced at least this long before the date")),
                       required(signed_amount(amount("delay", d::time, "the slip"))),
                       text("of", "what it is for: grid; anything where nothing is said"),
                   }});
  kinds.push_back({"equipment",
                   "Equipment with waiting times.",
                   {
                       required(amount("lead_time", d::time, "order to delivery on site")),
                       amount("install_time", d::time, "delivery to in service"),
                       amount("price", money_per_power, "price per rated power"),
                   }});
  kinds.push_back({"power",
                   "Kinds of electricity supply and storage.",
                   {
                       required(text("role", "grid, generation or storage")),
                       text("equipment", "what must be waited for, a name in equipment"),
                       amount("capex", money_per_power, "investment per power"),
                       amount("storage_capex", money_per_energy, "storage: investment per energy, beside capex"),
                       amount("fixed_opex", money_per_power_time, "fixed cost per power and time"),
                       amount("lease", money_per_power_time, "rent per power and time where it is rented"),
                       amount("energy_price", money_per_energy, "what the energy costs, without fixed cost and fuel"),
                       amount("fuel_price", money_per_energy, "fuel per heat, on the basis of efficiency"),
                       amount("efficiency", d::none, "electricity per fuel; storage: out per in"),
                       amount("emissions", mass_per_energy, "CO2 per electricity"),
                       amount("availability", d::none, "share of the rated power that can be counted on"),
                       amount("capacity_factor", d::none, "mean output per rated power"),
                       amount("duration", d::time, "storage: hours at rated power"),
                       amount("life", d::time, "economic life"),
                   }});
  kinds.push_back({"cooling",
                   "Ways to cool a data centre.",
                   {
                       required(amount("pue", d::none, "facility power per IT power at peak")),
                       amount("pue_annual", d::none, "facility energy per IT energy over a year"),
                       amount("wue", volume_per_energy, "water per IT energy over a year"),
                       amount("capex", money_per_power, "cooling plant per IT power"),
                       text("equipment", "what must be waited for, a name in equipment"),
                       text("medium", "air, liquid or both"),
                   }});
  kinds.push_back({"sites",
                   "Places where data centres stand.",
                   {
                       required(text("region", "state and country")),
                       text("utility", "who delivers grid power"),
                       required(amount("power_price", money_per_energy, "grid power for a large user, all in")),
                       required(amount("grid_emissions", mass_per_energy, "CO2 per grid electricity")),
                       text("climate", "what it means for cooling"),
                       text("cooling", "default cooling, a name in cooling"),
                       text("construction", "default construction class, a name in construction"),
                       signed_amount(amount("latitude", d::none, "degrees north")),
                       signed_amount(amount("longitude", d::none, "degrees east")),
                   }});
  kinds.push_back({"prices",
                   "Figures for money: costs per accelerator and power, lives, rates, rents.",
                   {
                       amount("compute", money_per_power, "accelerators, servers and network per IT power"),
                       amount("network", money_per_chip, "network per accelerator"),
                       amount("network_share", d::none, "network as a share of all capital cost"),
                       amount("storage", money_per_chip, "storage and other IT per accelerator"),
                       amount("storage_share", d::none, "storage as a share of all capital cost"),
                       amount("server_share", d::none, "servers (without accelerators) per cost of accelerators"),
                       amount("building", money_per_power, "building with its plant per IT power"),
                       amount("capital", money_per_power, "everything, IT and building, per IT power"),
                       amount("land", money_per_power, "land per facility power"),
                       amount("opex", money_per_power_time, "running cost without energy, per IT power"),
                       amount("staff", money_per_power_time, "of it: staff"),
                       amount("serving_utilisation", d::none, "share of idle accelerator time that is sold"),
                       amount("energy", money_per_power_time, "energy, per IT power and time"),
                       amount("maintenance", d::frequency, "of it: repair of IT, share of its price per time"),
                       amount("power_price", money_per_energy, "grid power where a site says nothing"),
                       amount("colocation", money_per_power_time, "rent of a hall per IT power, without energy"),
                       signed_amount(amount("colocation_escalator", d::frequency, "yearly rise of that rent")),
                       signed_amount(amount("discount_rate", d::frequency, "discount rate, nominal")),
                       amount("it_life", d::time, "economic life of IT"),
                       amount("facility_life", d::time, "economic life of buildings and plant"),
                       amount("residual", d::none, "value left of IT at the end of its life, share of its price"),
                       amount("tco", money_per_power_time, "total cost of ownership per IT power and time"),
                       text("chip", "rents: the accelerator, a name in chips"),
                       amount("rental", money_per_chip_time, "rent of an accelerator"),
                   }});
  kinds.push_back({"contracts",
                   "Contracts for computing whose terms are public: who pays whom for what.",
                   {
                       required(text("payer", "who pays")),
                       required(text("payee", "who is paid")),
                       text("what", "what is paid for"),
                       text("state", "rumour, letter, signed, binding, financed, energised or cancelled"),
                       amount("total", d::money, "over the whole term"),
                       amount("rent", money_per_time, "where it is stated by the month or year"),
                       amount("power", d::power, "IT power it is about"),
                       amount("chips", d::chips, "accelerators it is about"),
                       text("starts", "the first day, or the year"),
                       text("ends", "the last day, or the year"),
                       amount("term", d::time, "how long it runs"),
                       amount("notice", d::time, "notice for leaving early"),
                       amount("take_or_pay", d::none, "share paid whatever is used"),
                   }});
  kinds.push_back(
      {"operations",
       "How sites are filled and run.",
       {
           required(amount("installation_rate", d::chips - d::time, "accelerators racked per time by a site's crews")),
           required(amount("burn_in", d::time, "installation to use")),
           required(amount("swing_reserve", d::none,
                           "share of on-site generation kept back for load swings unless storage covers it")),
           required(amount("load", d::none, "drawn IT power per rated IT power")),
       }});
  kinds.push_back({"failures",
                   "How often large jobs are interrupted and what an interruption costs.",
                   {
                       amount("rate", rate_per_chip, "unexpected interruptions per accelerator and time"),
                       amount("planned_rate", rate_per_chip, "planned interruptions per accelerator and time"),
                       amount("chips_per_node", d::none, "accelerators in a node of the source"),
                       amount("restart", d::time, "detection, replacement and restart, until the job steps again"),
                       amount("checkpoint_write", d::time, "time a checkpoint stops the job"),
                       amount("checkpoint_bandwidth", d::bandwidth, "sustained write bandwidth of the storage"),
                       amount("checkpoint_per_parameter", d::data, "bytes of a checkpoint per parameter"),
                       amount("effective_time", d::none, "share of the time that was useful, as reported"),
                   }});
  kinds.push_back({"published-speeds",
                   "Achieved speed of training per accelerator, model FLOPs without recomputation.",
                   {
                       text("chip", "the accelerator, a name in chips"),
                       text("family", "entries of unmeasured chips: the family they stand for"),
                       amount("dense_bf16", d::compute_rate, "dense models, 16-bit"),
                       amount("dense_fp8", d::compute_rate, "dense models, 8-bit floating point"),
                       amount("dense_fp4", d::compute_rate, "dense models, 4-bit floating point"),
                       amount("moe_bf16", d::compute_rate, "mixtures of experts, 16-bit"),
                       amount("moe_fp8", d::compute_rate, "mixtures of experts, 8-bit floating point"),
                       amount("dense_bf16_mfu", d::none, "dense models, 16-bit, per peak dense rate"),
                       amount("dense_fp8_mfu", d::none, "dense models, 8-bit, per peak dense rate"),
                       amount("moe_bf16_mfu", d::none, "mixtures of experts, 16-bit, per peak dense rate"),
                       amount("moe_fp8_mfu", d::none, "mixtures of experts, 8-bit, per peak dense rate"),
                       signed_amount(amount("scaling", d::none, "change of speed per doubling of accelerators")),
                   }});
  kinds.push_back({"fabrics",
                   "Levels of a machine's network as collectives see them, and the libraries that run on them.",
                   {
                       required(text("role", "scale-up, scale-out or library")),
                       texts("chips", "scale-up: names, or words of names, of the accelerators it joins"),
                       texts("matches", "parts of the names benchmarks give this fabric; the longest match wins"),
                       text("scale_out", "scale-up: the scale-out fabric where none is named"),
                       amount("domain", d::none, "scale-up: accelerators of one domain"),
                       amount("bandwidth", d::bandwidth, "per accelerator and direction, as sold"),
                       amount("launch", d::time, "scale-up: from the call to the first byte"),
                       amount("issue", d::time, "scale-up: the host's time to issue an operation outside a graph"),
                       amount("hop_ll", d::time, "a step of a ring or tree, protocol LL"),
                       amount("hop_ll128", d::time, "the same, protocol LL128"),
                       amount("hop_simple", d::time, "the same, protocol Simple"),
                       amount("efficiency_ll", d::none, "share of bandwidth of a long message, protocol LL"),
                       amount("efficiency_ll128", d::none, "the same, protocol LL128"),
                       amount("efficiency_simple", d::none, "the same, protocol Simple"),
                       amount("start", d::time, "once per message of protocol Simple: filling its buffers"),
                       amount("copy", d::none, "a rank's own part of a ring, as a share of a step"),
                       amount("tree_hop", d::time, "a level of the tree, protocol Simple: filling its pipeline"),
                       amount("tree_efficiency", d::none, "share of bandwidth of the double binary tree"),
                       amount("in_network_efficiency", d::none, "share of bandwidth of reduction in the switch"),
                       amount("in_network_latency", d::time, "of reduction in the switch, beyond the launch"),
                       amount("exchange_latency", d::time, "of a long all-to-all or send, beyond the launch"),
                       amount("exchange_peer", d::time, "per peer of an all-to-all"),
                       amount("exchange_efficiency", d::none, "share of bandwidth of a long all-to-all or send"),
                       amount("exchange_copy", d::none, "a rank's own part of an all-to-all, as a share of a peer's"),
                       amount("launch_share", d::none, "library: its launch per launch of the fabric"),
                       amount("barrier", d::time, "library: the second barrier of a two-shot all-reduce"),
                       amount("one_shot", d::none, "library: share of bandwidth, one-shot all-reduce"),
                       amount("two_shot", d::none, "library: share of bandwidth, two-shot all-reduce"),
                       amount("handover", d::time, "library: more time where it hands large messages to NCCL"),
                       boolean("issued_by_host", "library: outside a graph, so the host's issue time is the least"),
                       amount("normal_scale_up", d::none, "expert exchange: share of scale-up bandwidth, normal mode"),
                       amount("normal_scale_out", d::none, "expert exchange: share of the NIC, normal mode"),
                       amount("low_latency", d::none, "expert exchange: share of the NIC, low-latency mode"),
                       amount("low_latency_spread", d::none,
                              "expert exchange: more time when all peers are outside the domain, as a share"),
                   },
                   {{"span",
                     "What holds up to a reach.",
                     {
                         required(amount("ranks", d::none, "accelerators within reach")),
                         amount("bandwidth_share", d::none, "share of the level's bandwidth at this reach"),
                         amount("latency", d::time, "more time per hop at this reach"),
                     }}}});
  kinds.push_back({"networks",
                   "Fabrics of whole machines: a shape, its parts, and the levels collectives run on.",
                   {
                       required(text("topology", "clos, torus, hyperx, hammingmesh, dragonfly or graph")),
                       required(amount("bandwidth", d::bandwidth, "of an accelerator's NIC or of one direct link")),
                       required(text("scale_up", "the scale-up level, a name in fabrics")),
                       required(text("scale_out", "the constants of collectives between domains, a name in fabrics")),
                       amount("hosts", d::none, "accelerators where no number is given"),
                       amount("radix", d::none, "clos, hyperx, dragonfly: ports of a switch at the rate of a link"),
                       amount("tiers", d::none, "clos: tiers of switches; left out: as few as reach"),
                       amount("taper_leaf", d::none, "clos: ports down over ports up of the leaves"),
                       amount("taper_spine", d::none, "clos: the same of the second tier"),
                       amount("buildings", d::none, "clos: buildings that the accelerators are divided over"),
                       amount("distance", d::length, "buildings: fibre between two of them"),
                       amount("dci_lines", d::none, "buildings: lines to the others at each"),
                       amount("dci_rate", d::bandwidth, "buildings: one line, each direction"),
                       amount("taper_core", d::none, "clos: the same of the third tier"),
                       amount("planes", d::none, "clos: networks over which a NIC is split"),
                       text("rails", "clos: none, optimised or only"),
                       text("size", "torus, hyperx: 4x4x8; hammingmesh: board and boards, 2x2 16x16"),
                       boolean("twisted", "torus: wrapped with a shift"),
                       amount("hosts_per_switch", d::none, "hyperx, dragonfly: accelerators of a switch"),
                       amount("groups", d::none, "dragonfly: groups"),
                       amount("routers", d::none, "dragonfly: routers of a group (leaves where there are spines)"),
                       amount("spines", d::none, "dragonfly+: spines of a group"),
                       amount("global_ports", d::none, "dragonfly: ports of a router (spine) to other groups"),
                       text("file", "graph: a file of hosts, switches and links beside this one"),
                       amount("hop", d::time, "propagation and switching of one hop"),
                       text("switch", "the switch, a name in switches"),
                       text("nic", "the adapter, a name in nics"),
                       amount("ports_per_transceiver", d::none, "2 where modules serve two ports"),
                   }});
  kinds.push_back({"switches",
                   "Network switches.",
                   {
                       required(text("family", "InfiniBand, Ethernet, Spectrum-X or optical circuit")),
                       required(amount("ports", d::none, "ports at port_rate; more at lower rates by breakout")),
                       required(amount("port_rate", d::bandwidth, "rate of a port, one direction")),
                       amount("power", d::power, "of the switch, without its optics"),
                       amount("price", d::money, "of the switch, without optics"),
                       amount("latency", d::time, "port to port"),
                   }});
  kinds.push_back({"optics",
                   "Cables and transceivers by reach.",
                   {
                       required(text("family", "DAC, AEC, SR, DR, FR, LR or ZR")),
                       required(amount("rate", d::bandwidth, "of one end, one direction")),
                       required(amount("reach", d::length, "longest cable")),
                       required(boolean("cable", "one piece with both ends; else a transceiver per end and a fibre")),
                       amount("price", d::money, "of the cable, or of one transceiver"),
                       amount("fibre_price", d::money - d::length, "of the fibre, per length"),
                       amount("power", d::power, "of one end"),
                       amount("mtbf", d::time, "mean time between failures of one end"),
                   }});
  kinds.push_back({"nics",
                   "Network adapters.",
                   {
                       required(amount("rate", d::bandwidth, "all its ports together, one direction")),
                       amount("power", d::power, "of the adapter, without optics"),
                       amount("price", d::money, "of the adapter, without optics"),
                   }});
  return kinds;
}

}  // namespace

const std::vector<KindSchema>& schema() {
  static const std::vector<KindSchema> kinds = make_schema();
  return kinds;
}

const KindSchema& schema_of(std::string_view kind) {
  std::vector<std::string> names;
  for (const KindSchema& known : schema()) {
    if (known.kind == kind) return known;
    names.emplace_back(known.kind);
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  throw Error({}, "", in_quotes(kind) + " is not a kind of the catalog", suggest(kind, names, "the kinds are " + list));
}

}  // namespace orrery::catalog
