#include "validation/communication_kernels.h"
#include "validation/columns.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"

namespace orrery::validation {

using namespace network;

namespace {

/// Bytes of an element as it travels; formats of 8 and 4 bits with a scale for each 128 or 16 of them.
double element_bytes(const std::string& dtype) {
  if (dtype == "int8") return 1;
  if (dtype == "fp8") return 1;
  if (dtype == "nvfp4") return 0.5 + 1.0 / 16;
  return 2;
}

/// The number after KEY= in "sms=4;transmit_us=2371"; 0 when it is not there.
double number_of(const std::string& extra, const std::string& key) {
  const std::size_t at = extra.find(key + '=');
  return at == std::string::npos ? 0 : size_at(extra, at + key.size() + 1);
}

/// Bytes of an element that a kernel of expert exchange sends: DeepEP's low-latency mode dispatches 8 bits with a scale
/// for each 128; whatever was multiplied, results come back in 16 bits unless the kernel says otherwise.
double exchanged_bytes(const CommunicationKernel& k, const std::string& dtype) {
  if (k.op.find("combine") != std::string::npos)
    return k.op.find("low_precision") != std::string::npos ? element_bytes("fp8") : 2;
  return k.table == "wideep_deepep_ll_perf" ? 1 + 4.0 / 128 : element_bytes(dtype);
}

}  // namespace

bool is_communication(std::string_view table) {
  return table == "custom_allreduce_perf" || table == "oneccl_perf" || table == "trtllm_alltoall_perf" ||
         table.starts_with("wideep_deepep");
}

CommunicationKernel read_communication(const CsvTable& t, std::size_t i) {
  const auto n = [&](const char* column, double fallback = 0) { return t.number(i, column, fallback); };
  CommunicationKernel k;
  k.table = t.cell(i, "table");
  k.op = t.cell(i, "op_name");
  k.library = t.cell(i, "kernel_source") + ' ' + k.op;
  k.release = t.cell(i, "version");
  k.gpu = t.cell(i, "gpu");
  k.exchange = !t.cell(i, "num_tokens").empty();
  k.row.id = t.cell(i, "id");
  k.row.measured = n("latency_ms") * 1e-3;
  const std::string& dtype = t.cell(i, "dtype");
  if (k.exchange) {
    ExchangeShape& s = k.shape;
    s.tokens = n("num_tokens"), s.hidden = n("hidden"), s.top_k = n("topk"), s.experts = n("experts");
    s.nodes = n("n_nodes", 1);
    s.ranks = n("moe_ep", 0);
    s.cores = number_of(t.cell(i, "extra"), "sms");
    s.bytes = exchanged_bytes(k, dtype);
    if (!(s.tokens > 0 && s.hidden > 0 && s.top_k > 0 && s.experts > 0 && s.nodes > 0))
      k.row.skipped = "a size is missing or zero";
  } else {
    k.ranks = static_cast<int>(std::clamp(n("n_gpus"), 0.0, 1e8));
    k.bytes = n("message_elems") * element_bytes(dtype);
    if (k.op == "all_gather") k.bytes *= k.ranks;
    if (!(k.bytes > 0 && k.ranks > 1)) k.row.skipped = "a size is missing or zero";
  }
  if (!(k.row.measured > 0)) k.row.skipped = "no latency";
  k.row.group = k.table + ", " + k.library + ", " + k.gpu;
  const std::string exchange = k.table.starts_with("wideep_deepep") ? "wideep_deepep_perf" : k.table;
  k.row.wider = {"table " + exchange, "table " + k.table + ", " + k.library};
  return k;
}

const CommunicationModel::Machine& CommunicationModel::machine_of(const CommunicationKernel& k) {
  if (const auto it = machines_.find(k.gpu); it != machines_.end()) return it->second;
  Machine& m = machines_[k.gpu];
  try {
    m.fabric = recognise_fabric(catalog_, k.gpu, "");
    m.issue = recognise_issue(catalog_, k.gpu, "");
  } catch (const Error& error) {
    m.problem = error.problem();
  }
  return m;
}

const catalog::Entry* CommunicationModel::library_of(const CommunicationKernel& k) {
  const std::string key = k.library + '\n' + k.release + '\n' + k.gpu;
  const auto [it, unknown] = libraries_.try_emplace(key);
  if (unknown)
    if (const catalog::Entry* e = library_called(catalog_, k.library, k.release, k.gpu))
      it->second.push_back(whole_fabric(catalog_, *e));
  return it->second.empty() ? nullptr : &it->second.front();
}

Library read_library(const catalog::Entry& whole) {
  return {read_custom(whole), read_exchange(whole)};
}

double communication_time(const CommunicationKernel& k, const CommunicationModel::Machine& machine,
                          const Library* library) {
  if (k.exchange) {
    ExchangeShape s = k.shape;
    if (s.ranks < 1) s.ranks = s.nodes * library->exchange.ranks_per_node;
    return exchange_time(machine.fabric, library->exchange, s).value();
  }
  if (library != nullptr)
    return custom_all_reduce_time(machine.fabric, library->all_reduce, machine.issue, Data(k.bytes), k.ranks).value();
  return collective_time(machine.fabric, parse_collective(k.op), Data(k.bytes), {k.ranks, k.ranks}).value();
}

double latency_of(CommunicationKernel k, const CommunicationModel::Machine& machine, const Library* library) {
  k.bytes = std::min(k.bytes, 1.0);
  k.shape.tokens = 0;
  return communication_time(k, machine, library);
}

CommunicationModel::CommunicationModel(const catalog::Catalog& catalog)
    : catalog_(catalog), band_(read_collective_band(catalog)) {}

void CommunicationModel::predict(CommunicationKernel& k) {
  if (!k.row.skipped.empty()) return;
  const Machine& machine = machine_of(k);
  const catalog::Entry* library = library_of(k);
  if (!machine.problem.empty()) k.row.skipped = machine.problem;
  else if (library == nullptr && (k.exchange || k.table == "custom_allreduce_perf"))
    k.row.skipped = "the library " + k.library + " is not in the catalog";
  if (!k.row.skipped.empty()) return;
  try {
    const Library constants = library == nullptr ? Library{} : read_library(*library);
    const Library* with = library == nullptr ? nullptr : &constants;
    k.row.predicted = communication_time(k, machine, with);
    if (library == nullptr) {
      const Group g{k.ranks, k.ranks};
      const CollectiveEstimate e = estimate_collective(machine.fabric, parse_collective(k.op), Data(k.bytes), g);
      k.row.band = within_band(band_, terms_of(machine.fabric, e, g), k.row.predicted);
    } else {
      const bool far = k.exchange && k.shape.nodes > 1;
      const BandTerms terms = terms_of(*library, latency_of(k, machine, with), k.row.predicted, far);
      k.row.band = within_band(band_, terms, k.row.predicted);
    }
  } catch (const Error& error) {
    k.row.skipped = error.problem();
  }
}

Score validate_communication(const CsvTable& table, const Facts& facts) {
  table.require({"table", "gpu", "kernel_source", "op_name", "latency_ms"},
                "give a table with the columns of measurements/communication.csv");
  CommunicationModel model(facts.catalog);
  Score score;
  for (std::size_t i = 0; i < table.size(); ++i) {
    CommunicationKernel k = read_communication(table, i);
    model.predict(k);
    score.rows.push_back(std::move(k.row));
  }
  return score;
}

}  // namespace orrery::validation
