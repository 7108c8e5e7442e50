// Fabrics from the catalog: an entry of kind "fabrics" is one level (scale-up or scale-out) with its measured
// constants; a machine's network is one of each.
#pragma once
#include <string>
#include <string_view>

#include "catalog/catalog.h"
#include "machine/network/collective.h"
#include "machine/network/moe.h"

namespace orrery::network {

/// A scale-up level of the catalog with what belongs to the machine: its domain, launch and host issue time.
struct ScaleUp {
  Level level;
  int domain = 8;
  double launch = 0, issue = 0;
};

/// The entry with what it leaves out from the entry it is like, and what that leaves out from the next: all figures and
/// spans but `chips`, `matches` and `spread`, which say what an entry itself stands for. A scale-up entry without a
/// bandwidth or domain has those of the datasheet of the first of its chips. Throws Error for a like that is no entry
/// or leads back.
catalog::Entry whole_fabric(const catalog::Catalog& catalog, const catalog::Entry& entry);

/// These read an entry that is whole.
ScaleUp read_scale_up(const catalog::Entry& entry);
Level read_scale_out(const catalog::Entry& entry);
ExpertExchange read_expert_exchange(const catalog::Entry& entry);

/// The network of a machine: named entries of kind "fabrics", for example "nvlink4" and "ib-ndr". An empty scale-out
/// name takes the scale-up entry's own `scale_out`. Throws Error with the nearest names.
Fabric make_fabric(const catalog::Catalog& catalog, std::string_view scale_up, std::string_view scale_out = "");

/// The network of a machine as benchmarks describe it: the GPU's name ("NVIDIA H100 80GB HBM3", "h100_sxm") and the
/// fabric's in free text ("EFAv2 3200Gb per node", "NVLink5 NVL72"). Entries say by `chips` and `matches` what they
/// stand for; the longest match wins. A chip that none names has a plain network of its own figures, and a rate that
/// the text names replaces that of the scale-out entry. per_server is the number of accelerators that share what a
/// server has. Throws Error for a chip that is in no entry and has no scale-up bandwidth in the catalog.
Fabric recognise_fabric(const catalog::Catalog& catalog, std::string_view gpu, std::string_view fabric,
                        int per_server = 8);

/// The words of a device as printed, and those of the chip of the catalog that it means.
std::vector<std::string> device_words(const catalog::Catalog& catalog, std::string_view gpu);
/// The length of the longest of an entry's `matches` that is part of a text, whatever its case; 0 where none is.
std::size_t longest_match(const catalog::Entry& entry, std::string_view text);
/// The scale-up entry that stands for a chip of the catalog; null where none names it.
const catalog::Entry* scale_up_of(const catalog::Catalog& catalog, std::string_view chip);

/// The rate of one accelerator's NIC that a text names, one direction: "8x400Gb IB" and "3200Gb per node" over the
/// server's accelerators, "NDR 400Gb/GPU" and "100GbE" as they are; 0 when it names none. Rates of NVLink, xGMI and
/// PCIe do not count.
Bandwidth nic_rate(std::string_view fabric, int per_server);

/// The fabric of a chip of the catalog: the scale-up that names it in `chips`, with the chip's own scaleup_bandwidth
/// and scaleup_domain where the entry states none; else a plain one from those and scaleout_nic. scale_out "" takes the
/// scale-up's default, at the chip's NIC rate.
Fabric chip_fabric(const catalog::Catalog& catalog, std::string_view chip, std::string_view scale_out = "");

/// The host issue time of the entry recognise_fabric would take, s.
double recognise_issue(const catalog::Catalog& catalog, std::string_view gpu, std::string_view fabric);

}  // namespace orrery::network
