#include "machine/training/framework.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace orrery::training {

using namespace silicon;

const Accelerator& Hardware::accelerator(std::string_view name) const {
  if (const Accelerator* a = find_accelerator(name)) return *a;
  std::vector<std::string> candidates;
  for (const Accelerator& a : accelerators) candidates.push_back(a.name);
  throw Error({}, "accelerator", "no accelerator is called " + in_quotes(name),
              suggest(name, candidates, "see catalog/kernels"));
}

const Framework& Hardware::framework(std::string_view published, std::string_view family) const {
  const std::string lower = lower_case(published);
  const Framework* best = nullptr;
  std::size_t length = 0;
  for (const Framework& f : frameworks) {
    const bool own = std::find(f.families.begin(), f.families.end(), family) != f.families.end();
    if (!f.families.empty() && !own) continue;
    if (!f.only_on.empty() && std::find(f.only_on.begin(), f.only_on.end(), family) == f.only_on.end()) continue;
    // A framework made for one family of chips is what runs on it, whatever else the name says.
    if (own && (!best || best->families.empty())) best = &f, length = 0;
    if (best && !best->families.empty() && !own) continue;
    for (const std::string& match : f.matches)
      if (match.size() > length && lower.find(match) != std::string::npos) best = &f, length = match.size();
  }
  if (best) return *best;
  for (const Framework& f : frameworks)
    if (f.name == "default") return f;
  throw Error({}, "framework", "no framework generation is called \"default\"", "add it to catalog/kernels");
}

namespace {

[[noreturn]] void refuse(const Node& node, const std::string& key, const std::string& problem,
                         const std::string& remedy) {
  throw Error(node.place, key, problem, remedy);
}

double amount(const Node& node, Dimension dimension, const std::string& key) {
  if (node.kind == Node::Kind::number) return node.number;
  if (node.kind != Node::Kind::text) refuse(node, key, "expected an amount", "write a number or text with a unit");
  try {
    return parse_amount_of(node.text, dimension);
  } catch (const Error& e) {
    refuse(node, key, e.problem(), e.remedy());
  }
}

std::vector<std::string> texts(const Node& node, const std::string& key) {
  std::vector<std::string> out;
  if (node.kind != Node::Kind::list) refuse(node, key, "expected a list", "write [\"...\"]");
  for (const Node& item : node.items) out.push_back(item.text);
  return out;
}

using Setter = std::function<void(const Node&, const std::string&)>;

/// Walks a table: every key must have a setter, so that a typo is refused.
void walk(const Node& table, const std::string& where, const std::map<std::string, Setter, std::less<>>& setters) {
  for (const auto& [key, value] : table.members) {
    const auto it = setters.find(key);
    if (it == setters.end()) {
      std::vector<std::string> known;
      for (const auto& [name, setter] : setters) known.push_back(name);
      refuse(value, where + "." + key, "unknown key", suggest(key, known, "see docs/calibration.md"));
    }
    it->second(value, where + "." + key);
  }
}

Setter number(double& into, Dimension dimension = dimension::none) {
  return [&into, dimension](const Node& n, const std::string& key) { into = amount(n, dimension, key); };
}
Setter text(std::string& into) {
  return [&into](const Node& n, const std::string&) { into = n.text; };
}
Setter ignore() {
  return [](const Node&, const std::string&) {};
}

void read_link(const Node& node, const std::string& where, Link& link) {
  walk(node, where,
       {{"bandwidth", number(link.bandwidth, dimension::bandwidth)},
        {"efficiency", number(link.efficiency)},
        {"hop", number(link.hop, dimension::time)}});
}

void read_gemm(const Node& node, const std::string& where, GemmConstants& g, std::vector<GemmRelease>& releases) {
  releases.clear();
  walk(node, where,
       {{"rate", number(g.rate)},
        {"launch", number(g.launch, dimension::time)},
        {"tile_fixed", number(g.tile_fixed, dimension::time)},
        {"memory_share", number(g.memory_share)},
        {"core_memory", number(g.core_memory, dimension::bandwidth)},
        {"balance", number(g.balance)},
        {"split_fixed", number(g.split_fixed, dimension::time)},
        {"overlap", number(g.overlap)},
        {"step", number(g.step, dimension::time)},
        {"most_splits", number(g.most_splits)},
        {"releases",
         [&](const Node& n, const std::string& key) {
           for (const auto& [name, value] : n.members) {
             GemmRelease& r = releases.emplace_back(GemmRelease{.name = name});
             if (value.kind == Node::Kind::table)
               walk(value, key + "." + name, {{"factor", number(r.factor)}, {"row", number(r.row, dimension::time)}});
             else r.factor = amount(value, dimension::none, key);
           }
         }},
        {"quantise_fixed", number(g.quantise_fixed, dimension::time)},
        {"quantise_passes", number(g.quantise_passes)},
        {"source", ignore()}});
}

void read_decode_kernel(const Node& node, const std::string& where, DecodeKernel& k) {
  walk(node, where,
       {{"launch", number(k.launch, dimension::time)},
        {"block", number(k.block, dimension::time)},
        {"block_dim", number(k.block_dim)},
        {"block_head", number(k.block_head)},
        {"core_rate", number(k.core_rate, dimension::bandwidth)},
        {"chunk", number(k.chunk)},
        {"fill", number(k.fill)},
        {"most", number(k.most)},
        {"combine", number(k.combine, dimension::time)}});
  for (const double x : {k.core_rate, k.chunk, k.fill, k.most})
    if (x <= 0) refuse(node, where, "core_rate, chunk, fill and most must be positive", "give the fitted constants");
}

std::map<std::string, Setter, std::less<>> decode_release(DecodeRelease& r) {
  return {{"heads", number(r.heads)}, {"share", number(r.share)}, {"delay", number(r.delay, dimension::time)}};
}

void read_decode(const Node& node, const std::string& where, AttentionConstants& a) {
  a.decode_releases.clear();
  auto keys = decode_release(a.decode);
  keys.emplace("least", number(a.decode_least));
  keys.emplace("shared", [&](const Node& n, const std::string& key) { read_decode_kernel(n, key, a.decode_shared); });
  keys.emplace("single", [&](const Node& n, const std::string& key) { read_decode_kernel(n, key, a.decode_single); });
  keys.emplace("releases", [&](const Node& n, const std::string& key) {
    for (const auto& [name, table] : n.members) {
      DecodeRelease r = a.decode;
      r.name = name;
      walk(table, key + "." + name, decode_release(r));
      if (r.share <= 0) refuse(table, key + "." + name, "share must be positive", "give a share of the bandwidth");
      a.decode_releases.push_back(r);
    }
  });
  keys.emplace("source", ignore());
  walk(node, where, keys);
}

void read_attention(const Node& node, const std::string& where, AttentionConstants& a) {
  walk(node, where,
       {{"rate", number(a.rate)},
        {"exponentials", number(a.exponentials, dimension::compute_rate)},
        {"launch", number(a.launch, dimension::time)},
        {"block_fixed", number(a.block_fixed, dimension::time)},
        {"passes", number(a.passes)},
        {"balance", number(a.balance)},
        {"window_keys", number(a.window_keys)},
        {"decode", [&](const Node& n, const std::string& key) { read_decode(n, key, a); }},
        {"source", ignore()}});
}

void read_dispatched(const Node& node, const std::string& where, Accelerator& a) {
  a.dispatched.clear();
  for (const auto& [name, table] : node.members) {
    const std::string key = where + "." + name;
    if (name == "product") {
      std::vector<GemmRelease> none;
      read_gemm(table, key, a.dispatched_product, none);
      continue;
    }
    ElementwiseConstants& e = a.dispatched[name];
    walk(table, key,
         {{"dispatch", number(e.dispatch, dimension::time)},
          {"least", number(e.least, dimension::time)},
          {"share", number(e.share)},
          {"row", number(e.row, dimension::time)},
          {"medium", number(e.medium)},
          {"medium_row", number(e.medium_row)},
          {"wide", number(e.wide)},
          {"wide_row", number(e.wide_row)}});
    if (e.share <= 0) refuse(table, key, "share must be positive", "give a share of the bandwidth");
  }
}

Accelerator read_accelerator(const std::string& name, const Node& node, const Hardware& known) {
  Accelerator a;
  const std::string where = "accelerator." + name;
  // "like" copies the fitted constants of a measured chip of the family; the datasheet is the chip's own.
  if (const Node* like = node.find("like")) {
    a = known.accelerator(like->text);
    a.aliases.clear();
    a.peak.fill(0);
  }
  a.name = name;
  if (const Node* family = node.find("family"))
    for (const Host& host : known.hosts)
      if (host.family == family->text) a.host_link = host.link, a.host_memory = host.memory;
  walk(node, where,
       {{"like", ignore()},
        {"title", text(a.title)},
        {"family", text(a.family)},
        {"basis", text(a.basis)},
        {"source", ignore()},
        {"date", ignore()},
        {"note", ignore()},
        {"aliases", [&](const Node& n, const std::string& key) { a.aliases = texts(n, key); }},
        {"bf16", number(a.peak[0], dimension::compute_rate)},
        {"fp8", number(a.peak[1], dimension::compute_rate)},
        {"nvfp4", number(a.peak[3], dimension::compute_rate)},
        {"int8", number(a.peak[4], dimension::compute_rate)},
        {"memory_bandwidth", number(a.memory_bandwidth, dimension::bandwidth)},
        {"memory", number(a.memory, dimension::data)},
        {"cache", ignore()},
        {"cores", number(a.cores)},
        {"tdp", number(a.tdp, dimension::power)},
        {"domain",
         [&](const Node& n, const std::string& key) { a.domain = static_cast<int>(amount(n, dimension::none, key)); }},
        {"scale_up", [&](const Node& n, const std::string& key) { read_link(n, key, a.scale_up); }},
        {"scale_out", [&](const Node& n, const std::string& key) { read_link(n, key, a.scale_out); }},
        {"attention_backward", number(a.attention_backward)},
        {"sustained", number(a.sustained)},
        {"asynchronous", [&](const Node& n, const std::string&) { a.asynchronous = n.boolean; }},
        {"unaligned", number(a.unaligned)},
        {"sustained_low", number(a.sustained_low)},
        {"band", number(a.band)},
        {"host", number(a.host)},
        {"idle_share", number(a.idle_share)},
        {"host_link", number(a.host_link, dimension::bandwidth)},
        {"host_memory", number(a.host_memory, dimension::bandwidth)},
        {"host_bandwidth", number(a.host_bandwidth, dimension::bandwidth)},
        {"reserved", number(a.reserved, dimension::data)},
        {"attention", [&](const Node& n, const std::string& key) { read_attention(n, key, a.attention); }},
        {"attention-kv8", [&](const Node& n, const std::string& key) { read_attention(n, key, a.attention_kv8); }},
        {"attention-fp8", [&](const Node& n, const std::string& key) { read_attention(n, key, a.attention_fp8); }},
        {"dispatched", [&](const Node& n, const std::string& key) { read_dispatched(n, key, a); }},
        {"gemm", [&](const Node& n, const std::string& key) {
           for (const auto& [precision, table] : n.members)
             if (const int bits = precision == "int8-weights" ? 0 : precision == "int4-weights" ? 1 : -1; bits >= 0) {
               std::vector<GemmRelease> none;
               read_gemm(table, key + "." + precision, a.weight_only[static_cast<std::size_t>(bits)], none);
             } else
               read_gemm(table, key + "." + precision, a.gemm[static_cast<std::size_t>(parse_precision(precision))],
                         a.gemm_releases[static_cast<std::size_t>(parse_precision(precision))]);
         }}});
  if (a.peak[0] <= 0 || a.memory_bandwidth <= 0 || a.memory <= 0)
    refuse(node, where, "bf16, memory_bandwidth or memory is missing", "give the datasheet's figures");
  a.peak[2] = a.peak[1];
  if (const Node* like = node.find("like")) {
    // What one core does scales with its size; what a wave costs once, with how many waves there are.
    const Accelerator& parent = known.accelerator(like->text);
    const double fast = a.peak[0] / parent.peak[0], more = a.cores / parent.cores;
    // A format the parent does not have runs as its bf16 does.
    for (std::size_t p = 1; p < precisions; ++p)
      if (parent.peak[p] <= 0 && a.peak[p] > 0) a.gemm[p] = parent.gemm[0];
    const auto scale = [&](GemmConstants& g) { g.core_memory *= fast / more, g.tile_fixed *= std::min(more, 1.0); };
    for (GemmConstants& g : a.gemm) scale(g);
    for (GemmConstants& g : a.weight_only) scale(g);
    a.attention.exponentials *= fast;
    a.attention.block_fixed *= std::min(more, 1.0);
  }
  for (std::size_t p = 0; p < precisions; ++p) {
    GemmConstants& g = a.gemm[p];
    g.peak = a.peak[p];
    g.cores = a.cores;
    g.memory = a.memory_bandwidth;
    g.in_bytes = operand_bytes[p];
  }
  for (GemmConstants* g : {&a.weight_only[0], &a.weight_only[1], &a.dispatched_product}) {
    g->peak = a.peak[0];
    g->cores = a.cores;
    g->memory = a.memory_bandwidth;
  }
  a.weight_only[0].weight_bytes = 1;
  a.weight_only[1].weight_bytes = 0.5;
  for (AttentionConstants* t : {&a.attention, &a.attention_kv8, &a.attention_fp8}) {
    t->peak = t == &a.attention_fp8 && a.peak[1] > 0 ? a.peak[1] : a.peak[0];
    t->cores = a.cores;
    t->memory = a.memory_bandwidth;
    if (t != &a.attention) t->kv_bytes = 1;
  }
  return a;
}

Framework read_framework(const std::string& name, const Node& node, const Hardware& known) {
  Framework f;
  if (const Node* like = node.find("like"))
    for (const Framework& other : known.frameworks)
      if (other.name == like->text) f = other;
  f.name = name;
  f.only_on.clear();
  const auto flag = [](bool& into) -> Setter {
    return [&into](const Node& n, const std::string& key) {
      if (n.kind != Node::Kind::boolean) refuse(n, key, "expected true or false", "write true or false");
      into = n.boolean;
    };
  };
  walk(node, "framework." + name,
       {{"like", ignore()},
        {"matches", [&](const Node& n, const std::string& key) { f.matches = texts(n, key); }},
        {"families", [&](const Node& n, const std::string& key) { f.families = texts(n, key); }},
        {"only_on", [&](const Node& n, const std::string& key) { f.only_on = texts(n, key); }},
        {"elementwise", number(f.elementwise)},
        {"slowdown", number(f.slowdown)},
        {"attention", number(f.attention)},
        {"attention_young", number(f.attention_young)},
        {"moe_fixed", number(f.moe_fixed, dimension::time)},
        {"expert_slowdown", number(f.expert_slowdown)},
        {"expert_traffic", number(f.expert_traffic)},
        {"network_share", number(f.network_share)},
        {"layer_fixed", number(f.layer_fixed, dimension::time)},
        {"layer_host", number(f.layer_host, dimension::time)},
        {"step_fixed", number(f.step_fixed, dimension::time)},
        {"tp_exposed", number(f.tp_exposed)},
        {"dp_exposed", number(f.dp_exposed)},
        {"ep_exposed", number(f.ep_exposed)},
        {"fused_attention", flag(f.fused_attention)},
        {"interleaves", flag(f.interleaves)},
        {"sequence_parallel", flag(f.sequence_parallel)},
        {"logit_bytes", number(f.logit_bytes)},
        {"selective_products", number(f.selective_products)},
        {"gradient_bytes", number(f.gradient_bytes)},
        {"jitter", number(f.jitter)},
        {"basis", ignore()},
        {"source", ignore()},
        {"date", ignore()},
        {"note", ignore()}});
  return f;
}

}  // namespace

void read_hardware(const Node& document, Hardware& into) {
  for (const char* key : {"basis", "source", "date"})
    if (!document.find(key)) refuse(document, key, "missing", "state the file's basis, source and date");
  for (const auto& [key, node] : document.members) {
    if (key == "host") {
      for (const auto& [name, table] : node.members) {
        Host& host = into.hosts.emplace_back();
        host.family = name;
        walk(table, "host." + name,
             {{"link", number(host.link, dimension::bandwidth)},
              {"memory", number(host.memory, dimension::bandwidth)},
              {"basis", ignore()},
              {"source", ignore()}});
        if (host.link <= 0 || host.memory <= 0)
          refuse(table, "host." + name, "link or memory is missing", "give both as bandwidths above 0");
      }
    } else if (key == "accelerator") {
      for (const auto& [name, table] : node.members) into.accelerators.push_back(read_accelerator(name, table, into));
    } else if (key == "framework") {
      for (const auto& [name, table] : node.members) into.frameworks.push_back(read_framework(name, table, into));
    } else if (key != "basis" && key != "source" && key != "date") {
      refuse(node, key, "unknown table", "use accelerator.NAME, framework.NAME or host.FAMILY");
    }
  }
}

Hardware load_hardware(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& item : std::filesystem::directory_iterator(folder, error))
    if (item.path().extension() == ".toml") files.push_back(item.path().string());
  if (error)
    throw Error({folder, 0, 0}, "", "the folder cannot be read", "name a folder of accelerators, as catalog/kernels");
  std::sort(files.begin(), files.end());
  Hardware hardware;
  for (const std::string& file : files) read_hardware(read_document(file), hardware);
  return hardware;
}

}  // namespace orrery::training
