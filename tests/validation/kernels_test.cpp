#include "validation/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "support/folders.h"
#include "validation/shipped_facts.h"
#include "validation/single_nodes.h"

namespace orrery::validation {
namespace {

TEST(Kernels, EachKindWithinItsBar) {
  const CsvTable table = read_csv(source_folder() + "/measurements/kernels.csv");
  const Score s = validate_kernels(table, facts());
  double all[5] = {}, longer[5] = {};
  int n[5] = {}, n_longer[5] = {};
  for (std::size_t i = 0; i < s.rows.size(); ++i) {
    if (!s.rows[i].skipped.empty()) continue;
    const std::string kernel = table.cell(i, "kernel"), type = table.cell(i, "dtype");
    int k = -1;
    if (kernel == "gemm")
      k = type == "bfloat16" || type == "fp16"     ? 0
          : type == "fp8" || type == "fp8_static"  ? 1
          : type == "fp8_block" || type == "nvfp4" ? 2
                                                   : -1;
    if (kernel == "context_attention") k = 3;
    if (kernel == "generation_attention") k = 4;
    if (k < 0) continue;
    const double e = std::abs(s.rows[i].error());
    all[k] += e, ++n[k];
    if (s.rows[i].measured >= 50e-6) longer[k] += e, ++n_longer[k];
  }
  const double bar[5] = {0.10, 0.14, 0.15, 0.10, 0.11}, bar_longer[5] = {0.06, 0.10, 0.15, 0.10, 0.10};
  for (int k = 0; k < 5; ++k) {
    EXPECT_LE(all[k] / n[k], bar[k]) << k;
    EXPECT_LE(longer[k] / n_longer[k], bar_longer[k]) << k;
  }
}

TEST(Operators, RowsThatAreNotPredictedSayWhy) {
  const std::string header =
      "id,table,gpu,framework,version,kernel_source,op_name,dtype,kv_cache_dtype,gemm_dtype,model,num_tokens,hidden,"
      "inter,topk,experts,moe_tp,moe_ep,distribution,batch,isl,past_kv,num_heads,extra,latency_ms,suspect\n";
  const std::string mixture = "TRTLLM,1,default,moe,";
  Score s = validate_kernels(
      parse_csv(header + "a,moe_perf,h100_sxm," + mixture + "bfloat16,,,,64,4096,2048,8,64,1,1,balanced,,,,,,0.5,\n" +
                    "b,moe_perf,zx81," + mixture + "bfloat16,,,,64,4096,2048,8,64,1,1,balanced,,,,,,0.5,\n" +
                    "c,moe_perf,h100_sxm," + mixture + "fp3,,,,64,4096,2048,8,64,1,1,balanced,,,,,,0.5,\n" +
                    "d,moe_perf,h100_sxm," + mixture + "bfloat16,,,,0,4096,2048,8,64,1,1,balanced,,,,,,0.5,\n" +
                    "e,moe_perf,h100_sxm," + mixture + "bfloat16,,,,64,4096,2048,8,64,1,1,balanced,,,,,,0.5,slow\n" +
                    "f,oneccl_perf,h100_sxm,TRTLLM,1,default,all_reduce,,,,,,,,,,,,,,,,,,0.5,\n" +
                    "g,dsa_context_module_perf,h100_sxm,TRTLLM,1,default,dsa_context_module,bfloat16,bfloat16,"
                    "bfloat16,nobody/knows,,,,,,,,,1,64,0,16,,0.5,\n" +
                    "h,gdn_perf,h100_sxm,TRTLLM,1,causal_conv1d_fn,gdn,,,,,,,,,,,,,1,64,,,num_v_heads=nan,0.5,\n" +
                    "i,later_perf,h100_sxm,TRTLLM,1,default,later,,,,,,,,,,,,,,,,,,0.5,\n",
                "operators.csv"),
      facts());
  summarise(s);
  EXPECT_EQ(s.all.predicted, 1);
  const std::vector<std::string> reasons = {"",
                                            "the accelerator is not in the catalog",
                                            "the precision fp3 is not modelled",
                                            "a size is missing or zero",
                                            "suspect: slow",
                                            "communication is not modelled here",
                                            "the catalog has no attention layer of nobody/knows",
                                            "a size is missing or zero",
                                            "the table later_perf is not modelled"};
  for (std::size_t i = 0; i < reasons.size(); ++i) EXPECT_EQ(s.rows[i].skipped, reasons[i]) << s.rows[i].id;
  // A suspect row stands apart, with what the model says of it.
  EXPECT_EQ(s.rows[4].group, "suspect");
  EXPECT_EQ(s.rows[4].predicted, s.rows[0].predicted);
  EXPECT_LT(s.rows[0].band->first, s.rows[0].predicted);
  EXPECT_GT(s.rows[0].band->second, s.rows[0].predicted);
}

TEST(SingleNodes, ACaseOfAnotherModelIsNotPredicted) {
  const Score score = validate_simumax(parse_csv("case,real_ms\ngpt9_l4_tp1_pp1_mbc4,300\n", "simumax.csv"), facts());
  EXPECT_EQ(score.rows[0].skipped, "the model is not one of SimuMax's");
}

TEST(SingleNodes, VtrainsSweep) {
  const std::optional<std::string> path = data_file("measurements/vtrain_single_node.csv");
  if (!path) GTEST_SKIP() << no_data;
  Score score = validate_vtrain(read_csv(*path), facts());
  summarise(score);
  EXPECT_EQ(score.all.predicted, 1440);
  EXPECT_LE(score.all.mean, 0.08);
}

}  // namespace
}  // namespace orrery::validation
