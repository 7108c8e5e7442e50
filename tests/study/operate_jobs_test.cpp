// The document of many jobs on one fleet.
#include <gtest/gtest.h>

#include "base/error.h"
#include "study/operate_jobs.h"

namespace orrery::study {
namespace {

JobsQuestion question_of(const std::string& text) {
  JobsQuestion q;
  q.trace = operations::read_jobs(parse_csv(text, "jobs.csv"));
  q.shape = {1, 8, 1, 0};
  return q;
}

const std::string few =
    "submit,duration,accelerators,queue\n"
    "0,100,8,a\n"
    "10,50,4,b\n"
    "20,50,3,b\n";

const Table* table_of(const Document& document, const std::string& key) {
  for (const Block& block : document.blocks)
    if (const Table* t = std::get_if<Table>(&block); t && t->key == key) return t;
  return nullptr;
}

double scalar_of(const Document& document, const std::string& key) {
  for (const Block& block : document.blocks)
    if (const Scalar* s = std::get_if<Scalar>(&block); s && s->column.key == key)
      return std::get<double>(s->cell.value);
  ADD_FAILURE() << key;
  return 0;
}

TEST(OperateJobs, AnswersWithTablesOfOneLength) {
  const Document document = jobs_document(question_of(few));
  for (const Block& block : document.blocks)
    if (const Table* t = std::get_if<Table>(&block)) {
      for (const std::vector<Cell>& row : t->rows) EXPECT_EQ(row.size(), t->columns.size()) << t->key;
    }
  ASSERT_TRUE(table_of(document, "policies"));
  EXPECT_EQ(table_of(document, "policies")->rows.size(), 5u);
  EXPECT_EQ(table_of(document, "queues")->rows.size(), 2u);
  EXPECT_EQ(table_of(document, "sizes")->rows.size(), 2u);
  EXPECT_DOUBLE_EQ(scalar_of(document, "waiting_mean"), (0 + 90 + 80) / 3.0);
  EXPECT_DOUBLE_EQ(scalar_of(document, "makespan"), 150);
  EXPECT_DOUBLE_EQ(scalar_of(document, "utilisation"), (800 + 200 + 150) / 1200.0);
}

TEST(OperateJobs, OfOnePolicyHasNoComparison) {
  JobsQuestion q = question_of(few);
  q.policy = "fifo", q.quota = 8, q.quotas = {{"b", 4}};
  const Document document = jobs_document(q);
  EXPECT_FALSE(table_of(document, "policies"));
  EXPECT_DOUBLE_EQ(scalar_of(document, "makespan"), 200);
}

TEST(OperateJobs, RefusesWhatIsNotThere) {
  JobsQuestion q = question_of(few);
  q.quotas = {{"c", 4}};
  EXPECT_THROW(jobs_document(q), Error);
  q.quotas.clear(), q.policy = "lifo";
  EXPECT_THROW(jobs_document(q), Error);
  q.policy.clear(), q.shape = {7, 1, 1, 0};
  try {
    jobs_document(q);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "jobs.csv:2: asks for 8 accelerators of 7; leave the job out, or give a larger fleet");
  }
}

}  // namespace
}  // namespace orrery::study
