// Rows of communication.csv as they are read, and the sets of constants that stand for them.
#include "validation/communication_kernels.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "support/facts.h"

namespace orrery::validation {
namespace {

using namespace network;

CsvTable table_of(const std::string& rows) {
  return parse_csv(
      "id,table,gpu,version,kernel_source,op_name,dtype,num_tokens,hidden,topk,experts,moe_ep,n_gpus,n_nodes,"
      "message_elems,latency_ms,extra\n" +
          rows,
      "communication.csv");
}

TEST(Communication, ElementsAreCountedAsTheyTravel) {
  const CsvTable t = table_of(
      "1,custom_allreduce_perf,h100_sxm,0.19.0,vLLM_custom_graph,all_reduce,bfloat16,,,,,,8,,1024,0.01,\n"
      "2,oneccl_perf,b60,2021.17,oneCCL,all_gather,half,,,,,,4,,1024,0.01,\n"
      "3,oneccl_perf,b60,2021.17,oneCCL,all_reduce,int8,,,,,,4,,1024,0.01,\n"
      "4,wideep_deepep_normal_perf,h100_sxm,0.5.12,deepep,deepep_normal_dispatch,,64,7168,8,256,,,2,,0.1,sms=12\n"
      "5,trtllm_alltoall_perf,gb200,1.2.0,NVLinkTwoSided,alltoall_combine,nvfp4,64,7168,8,256,16,,,,0.1,\n"
      "6,trtllm_alltoall_perf,gb200,1.2.0,NVLinkTwoSided,alltoall_dispatch,nvfp4,64,7168,8,256,16,,,,0.1,\n"
      "7,custom_allreduce_perf,h100_sxm,0.19.0,vLLM_custom_graph,all_reduce,bfloat16,,,,,,1,,1024,0.01,\n");
  EXPECT_EQ(read_communication(t, 0).bytes, 2048);
  EXPECT_EQ(read_communication(t, 1).bytes, 4 * 2048);  // an all-gather's of one rank
  EXPECT_EQ(read_communication(t, 2).bytes, 1024);
  const CommunicationKernel normal = read_communication(t, 3);
  EXPECT_TRUE(normal.exchange);
  EXPECT_EQ(normal.shape.cores, 12);
  EXPECT_EQ(normal.shape.nodes, 2);
  EXPECT_EQ(read_communication(t, 4).shape.bytes, 2);  // results come back in 16 bits
  EXPECT_EQ(read_communication(t, 5).shape.bytes, 0.5625);
  EXPECT_FALSE(read_communication(t, 6).row.skipped.empty());
}

TEST(Communication, TheClosestSetOfConstantsStandsForAKernel) {
  const auto name = [](const char* library, const char* release, const char* gpu) {
    const catalog::Entry* e = library_called(facts(), library, release, gpu);
    return e == nullptr ? std::string("none") : e->name;
  };
  EXPECT_EQ(name("SGLang_CustomAllReduce_graph all_reduce", "0.5.14", "b200_sxm"),
            "all-reduce-sglang-graph-b200-0-5-14");
  EXPECT_EQ(name("SGLang_CustomAllReduce_graph all_reduce", "0.5.9", "b200_sxm"), "all-reduce-sglang-graph-b200");
  EXPECT_EQ(name("SGLang_CustomAllReduce_graph all_reduce", "0.5.9", "b300_sxm"), "all-reduce-sglang-graph-b200");
  EXPECT_EQ(name("SGLang_CustomAllReduce_graph all_reduce", "0.5.9", "mi300x"), "all-reduce-sglang-graph");
  EXPECT_EQ(name("vLLM custom/vLLM_custom_eager", "0.12", "NVIDIA H100 80GB HBM3"), "all-reduce-vllm-eager-h100");
  EXPECT_EQ(name("NVLinkTwoSided alltoall_combine_low_precision", "1.2", "gb200"),
            "nvlink-two-sided-combine-low-precision-gb200");
  EXPECT_EQ(name("NVLinkTwoSided alltoall_combine", "1.2", "gb200"), "nvlink-two-sided-combine-gb200");
  EXPECT_EQ(name("NVLinkTwoSided alltoall_combine", "1.2", "b200"), "nvlink-two-sided-combine");
  EXPECT_EQ(name("abacus", "", "gb200"), "none");
}

TEST(Communication, MoreTokensCopiesAndDistanceNeverTakeLess) {
  const Fabric f = chip_fabric(facts(), "h100-sxm");
  for (const char* kernel : {"deepep-low-latency-dispatch", "deepep-normal-combine", "nvlink-two-sided-dispatch"}) {
    const Exchange x = read_exchange(whole_fabric(facts(), facts().entry("fabrics", kernel)));
    ExchangeShape s;
    s.cores = 20;
    for (double tokens = 1; tokens < 1e5; tokens *= 2) {
      ExchangeShape more = s, wider = s, far = s;
      s.tokens = more.tokens = wider.tokens = far.tokens = tokens;
      more.tokens *= 2, wider.top_k *= 2, far.nodes = 4, far.ranks = 32;
      const double t = exchange_time(f, x, s).value();
      EXPECT_GT(exchange_time(f, x, more).value(), t) << kernel;
      EXPECT_GE(exchange_time(f, x, wider).value(), t) << kernel;
      EXPECT_GT(exchange_time(f, x, far).value(), t) << kernel;
    }
    s.tokens = -1;
    EXPECT_THROW(exchange_time(f, x, s), Error);
  }
  EXPECT_NEAR(distinct(8, 1), 1, 1e-12);
  EXPECT_NEAR(distinct(1, 8), 1, 1e-12);
  EXPECT_LT(distinct(8, 8), 8);
}

}  // namespace
}  // namespace orrery::validation
