// Runs over HTTP: the answers of the command line to the byte, progress, cancelling, bounds, many clients at once.
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "base/files.h"
#include "client.h"
#include "report/document.h"
#include "study/ask.h"

namespace orrery::view {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// What orrery run prints with --json.
std::string run(const study::Asked& asked, int trials, std::uint64_t seed, bool independent = false) {
  const catalog::Catalog catalog(source_folder() + "/catalog");
  study::Sampling sampling{trials, seed, 1};
  sampling.independent = independent;
  const study::Answers answers = study::ask(asked, catalog, study::kinds(), sampling);
  return report::json_of(answers.answer, answers.against ? &*answers.against : nullptr);
}

/// A question whose run takes long enough to be watched.
json long_question(std::uint64_t seed = 1) {
  return {{"scenario", "colossus-1"}, {"trials", 100'000}, {"seed", seed}};
}

TEST(Runs, AnswerAsTheCommandLineDoes) {
  const Served served;
  const std::string own = served.write("mine.toml", small_scenario);
  const std::string shipped = source_folder() + "/scenarios/gpu-market.toml";
  const auto answer = [&](const json& question) {
    const std::string id = served.start(question);
    EXPECT_EQ(served.over(id).at("status"), "done") << served.over(id);
    return served.ask("GET", "/api/runs/" + id + "/result").body;
  };
  const std::vector<std::string> set = {"start=2024-06-01", "site.memphis.burn_in=x1.5"};
  const std::string changed = answer({{"scenario", "mine"}, {"set", set}, {"trials", 40}, {"seed", 7}});
  EXPECT_EQ(changed, run({{own, set}, {}}, 40, 7));
  EXPECT_FALSE(json::parse(changed).at("levers").empty());
  EXPECT_EQ(answer({{"scenario", "mine"}}), run({{own, {}}, {}}, 0, 1));
  EXPECT_EQ(answer({{"scenario", "mine"}, {"trials", 20}, {"independent", true}}), run({{own, {}}, {}}, 20, 1, true));
  EXPECT_EQ(answer({{"scenario", "mine"},
                    {"set", set},
                    {"trials", 10},
                    {"against", {{"scenario", "mine"}, {"set", {"site.memphis.burn_in=8 days"}}}}}),
            run({{own, set}, study::Changed{own, {"site.memphis.burn_in=8 days"}}}, 10, 1));
  EXPECT_EQ(answer({{"scenario", "gpu-market"}, {"trials", 50}}), run({{shipped, {}}, {}}, 50, 1));
}

TEST(Runs, EqualQuestionsShareARunUntilAFileChanges) {
  const Served served;
  served.write("mine.toml", small_scenario);
  const json question = {{"scenario", "mine"}, {"trials", 5}};
  const std::string id = served.start(question);
  EXPECT_EQ(served.start(question), id);
  EXPECT_EQ(served.over(id).at("status"), "done");
  EXPECT_EQ(served.start(question), id);
  json other = question;
  other["seed"] = 2;
  EXPECT_NE(served.start(other), id);
  served.write("mine.toml", std::string(small_scenario) + "title = \"changed\"\n");
  const std::string again = served.start(question);
  EXPECT_NE(again, id);
  EXPECT_EQ(served.over(again).at("status"), "done");
  EXPECT_EQ(served.ask("GET", "/api/runs/" + again + "/result").data().at("title"), "changed");
}

TEST(Runs, ThatGoOnAreNotSharedOnceAFileChanged) {
  const Served served;
  const std::string base = "base = \"" + source_folder() + "/scenarios/colossus-1.toml\"\n";
  served.write("mine.toml", base);
  const json question = {{"scenario", "mine"}, {"trials", 100'000}};
  const std::string id = served.start(question), other = served.start({{"scenario", "mine"}, {"trials", 99'999}});
  while (served.ask("GET", "/api/runs/" + id).data().at("pass") != "trials") usleep(10'000);
  EXPECT_EQ(served.start(question), id);
  const json third = {{"scenario", "mine"}, {"trials", 99'998}};
  const std::string waits = served.start(third);
  served.write("mine.toml", base + "title = \"changed\"\n");
  const std::string again = served.start(question), waits_again = served.start(third);
  EXPECT_NE(again, id);
  EXPECT_NE(waits_again, waits);
  for (const std::string& one : {id, other, waits, again, waits_again}) served.ask("DELETE", "/api/runs/" + one);
}

TEST(Runs, AreNotSharedOnceAFileComesToAFolderOfFacts) {
  const Served served;
  served.write("mine.toml", std::string(small_scenario) + "catalog = [\"facts\"]\n");
  const auto fact = [](const std::string& name) {
    return "[" + name + "]\ntitle = \"A model\"\n" +
           "params_total = { value = 1e9, basis = \"spec\", source = \"x\", date = \"2024\" }\n";
  };
  served.write("facts/models/one.toml", fact("one"));
  const std::string id = served.start({{"scenario", "mine"}});
  EXPECT_EQ(served.over(id).at("status"), "done") << served.over(id);
  EXPECT_EQ(served.start({{"scenario", "mine"}}), id);
  served.write("facts/models/two.toml", fact("two"));
  EXPECT_NE(served.start({{"scenario", "mine"}}), id);
}

/// A network with nearly as many packets as are followed: they take a second or more.
const char* long_reading = "[network]\ntraffic = \"permutation\"\nlevel = \"packet\"\nbytes = \"2.5 MB\"\n";

TEST(Runs, AreCancelledWhileTheirPacketsAreFollowed) {
  Limits limits;
  limits.reading = milliseconds(500);
  Served served(limits);
  served.write("packets.toml", long_reading);
  served.write("mine.toml", small_scenario);
  const std::string id = served.start({{"scenario", "packets"}});
  while (served.ask("GET", "/api/runs/" + id).data().at("status") == "queued") usleep(10'000);
  usleep(200'000);  // well within them
  auto from = steady_clock::now();
  served.ask("DELETE", "/api/runs/" + id);
  EXPECT_EQ(served.over(id).at("status"), "cancelled");
  EXPECT_LT(steady_clock::now() - from, milliseconds(4000));  // longer, were they followed to the end
  // Reading it is given up, and others are read then.
  const Reply reply = served.ask("POST", "/api/scenarios/packets/check", "{}");
  EXPECT_EQ(reply.status, 422);
  EXPECT_NE(reply.body.find("takes longer to read than"), std::string::npos) << reply.body;
  EXPECT_EQ(served.ask("GET", "/api/scenarios/mine").status, 200);
}

TEST(Runs, StoppingDoesNotWaitForWhatIsRead) {
  Served served;
  served.write("packets.toml", long_reading);
  const std::string id = served.start({{"scenario", "packets"}});
  Wire wire(served.port);
  wire.send(served.request("POST", "/api/scenarios/packets/check", "{}"));
  usleep(200'000);  // well within them
  const auto from = steady_clock::now();
  served.server->stop();
  EXPECT_LT(steady_clock::now() - from, milliseconds(4000));
  // What was read to its end is answered with 200.
  while (wire.more(2'000)) continue;
  EXPECT_EQ(wire.had.find(" 200 "), std::string::npos) << wire.had;
}

TEST(Runs, StreamsOfEventsAreBounded) {
  Limits limits;
  limits.streams = 1;
  const Served served(limits);
  const std::string id = served.start(long_question());
  {
    Wire first(served.port), second(served.port);
    first.send(served.request("GET", "/api/runs/" + id + "/events"));
    EXPECT_EQ(first.reply().status, 200);
    second.send(served.request("GET", "/api/runs/" + id + "/events"));
    EXPECT_EQ(second.reply().status, 429);
  }
  served.ask("DELETE", "/api/runs/" + id);
  served.over(id);
  int status = 429;  // until the server has seen that the first is gone
  for (int i = 0; i < 100 && status == 429; ++i) {
    Wire wire(served.port);
    wire.send(served.request("GET", "/api/runs/" + id + "/events"));
    status = wire.reply().status;
    usleep(50'000);
  }
  EXPECT_EQ(status, 200);
}

TEST(Runs, TellTheirProgressAsEvents) {
  const Served served;
  const std::string id = served.start({{"scenario", "colossus-1"}, {"trials", 2000}});
  Wire wire(served.port);
  wire.send(served.request("GET", "/api/runs/" + id + "/events"));
  const Reply head = wire.reply();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("Content-Type"), "text/event-stream");
  while (wire.had.find("\r\n0\r\n") == std::string::npos && wire.more()) {
  }
  EXPECT_NE(wire.had.find("event: progress\ndata: {\"share\":"), std::string::npos);
  EXPECT_NE(wire.had.find("\"pass\":\"trials\""), std::string::npos);
  EXPECT_NE(wire.had.find("\"pass\":\"levers\""), std::string::npos);
  EXPECT_NE(wire.had.find("event: done\ndata: {}\n\n"), std::string::npos);
  Wire late(served.port);
  late.send(served.request("GET", "/api/runs/" + id + "/events"));
  late.reply();
  while (late.had.find("\r\n0\r\n") == std::string::npos && late.more()) {
  }
  EXPECT_NE(late.had.find("event: done"), std::string::npos);
  EXPECT_EQ(served.ask("GET", "/api/runs/0000000000000000/events").status, 404);
}

TEST(Runs, AreCancelledWhereTheyStand) {
  const Served served;
  const std::string id = served.start(long_question());
  while (served.ask("GET", "/api/runs/" + id).data().at("pass") != "trials") usleep(10'000);
  EXPECT_EQ(served.ask("GET", "/api/runs/" + id + "/result").status, 404);
  const auto from = steady_clock::now();
  EXPECT_EQ(served.ask("DELETE", "/api/runs/" + id).status, 200);
  EXPECT_EQ(served.over(id).at("status"), "cancelled");
  EXPECT_LT(steady_clock::now() - from, std::chrono::seconds(30));  // minutes, were it not cancelled
  EXPECT_EQ(served.ask("GET", "/api/runs/" + id + "/result").status, 404);
  Wire wire(served.port);
  wire.send(served.request("GET", "/api/runs/" + id + "/events"));
  wire.reply();
  while (wire.had.find("\r\n0\r\n") == std::string::npos && wire.more()) {
  }
  EXPECT_NE(wire.had.find("event: cancelled"), std::string::npos);
  EXPECT_NE(served.start(long_question()), id);
}

TEST(Runs, ThatFailSayWhy) {
  const Served served;
  served.write("mine.toml", std::string(small_scenario) + "catalog = [\"facts.toml\"]\n");
  const json state = served.over(served.start({{"scenario", "mine"}}));
  EXPECT_EQ(state.at("status"), "failed");
  EXPECT_EQ(state.at("error").at("key"), "catalog");
  EXPECT_EQ(state.at("error").at("line"), 4);
}

TEST(Runs, AreBounded) {
  Limits limits;
  limits.running = 1, limits.waiting = 2;
  const Served served(limits);
  std::vector<std::string> ids;
  ids.push_back(served.start(long_question(1)));
  while (served.ask("GET", "/api/runs/" + ids[0]).data().at("status") == "queued") usleep(10'000);
  ids.push_back(served.start(long_question(2))), ids.push_back(served.start(long_question(3)));
  const Reply refused = served.ask("POST", "/api/runs", long_question(4).dump());
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.data().at("error").at("remedy"), "");
  EXPECT_EQ(served.ask("DELETE", "/api/runs/" + ids[2]).data().at("status"), "cancelled");
  EXPECT_EQ(served.ask("POST", "/api/runs", long_question(4).dump()).status, 202);
}

TEST(Runs, TheOldestAnswersGoFirst) {
  Limits limits;
  limits.running = 1, limits.kept = 1;  // byte: one answer stays
  const Served served(limits);
  served.write("mine.toml", small_scenario);
  const std::string first = served.start({{"scenario", "mine"}});
  EXPECT_EQ(served.over(first).at("status"), "done");
  const std::string second = served.start({{"scenario", "mine"}, {"seed", 2}});
  EXPECT_EQ(served.over(second).at("status"), "done");
  EXPECT_EQ(served.ask("GET", "/api/runs/" + first).status, 404);
  EXPECT_EQ(served.ask("GET", "/api/runs/" + second + "/result").status, 200);
}

TEST(Runs, AnAnswerThatIsBroughtIsShown) {
  Settings settings;
  settings.result = "{\"schema\": \"orrery\"}";
  const Served served({}, settings);
  const std::string id = served.ask("GET", "/api/start").data().at("result");
  EXPECT_EQ(served.ask("GET", "/api/runs/" + id + "/result").body, *settings.result);
  EXPECT_EQ(served.ask("GET", "/api/runs/" + id).data().at("status"), "done");
}

TEST(Runs, ManyClientsAreAnsweredWhileOneGoesOn) {
  const Served served;
  served.write("mine.toml", small_scenario);
  const std::string done = served.start({{"scenario", "mine"}});
  served.over(done);
  const std::string id = served.start(long_question());
  while (served.ask("GET", "/api/runs/" + id).data().at("status") == "queued") usleep(10'000);
  constexpr int clients = 100, each = 10;
  const std::vector<std::string> paths = {"/api/runs/" + id, "/api/start", "/api/runs/" + done + "/result",
                                          "/api/kinds", "/api/catalog/chips"};
  std::atomic<int> answered{0};
  std::atomic<long> slowest_ms{0};
  {
    std::vector<std::jthread> threads;
    for (int c = 0; c < clients; ++c)
      threads.emplace_back([&, c] {
        Wire wire(served.port);
        for (int i = 0; i < each; ++i) {
          const auto from = steady_clock::now();
          if (!wire.send(served.request("GET", paths[static_cast<std::size_t>(c + i) % paths.size()]))) return;
          const Reply reply = wire.reply();
          const long ms = std::chrono::duration_cast<milliseconds>(steady_clock::now() - from).count();
          for (long had = slowest_ms; had < ms && !slowest_ms.compare_exchange_weak(had, ms);) {
          }
          if (reply.status == 200 && !reply.body.empty()) ++answered;
        }
      });
  }
  EXPECT_EQ(served.ask("GET", "/api/runs/" + id).data().at("status"), "running");
  EXPECT_EQ(answered, clients * each);
  EXPECT_LT(slowest_ms, 2000);
  std::printf("slowest of %d: %ld ms\n", clients * each, slowest_ms.load());
}

TEST(Runs, MoreClientsThanThreadsAreAnsweredToo) {
  Limits limits;
  limits.connections = 8;
  const Served served(limits);
  std::atomic<int> answered{0};
  {
    std::vector<std::jthread> threads;
    for (int c = 0; c < 40; ++c)
      threads.emplace_back([&] {
        for (int i = 0; i < 3; ++i)
          if (served.ask("GET", "/api/start").status == 200) ++answered;
      });
  }
  EXPECT_EQ(answered, 120);
}

/// Memory in use of this process, bytes.
double resident() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  long pages = 0, in_use = 0;
  if (std::fscanf(file, "%ld %ld", &pages, &in_use) != 2) in_use = 0;
  std::fclose(file);
  return static_cast<double>(in_use) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

TEST(Runs, MemoryStaysFlat) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer keeps what is freed";
#endif
  const Served served;
  served.write("mine.toml", small_scenario);
  const auto many = [&](int count) {
    Wire wire(served.port);
    for (int i = 0; i < count; ++i) {
      const char* path = i % 4 == 0 ? "/api/catalog/chips" : i % 4 == 1 ? "/api/start" : "/api/nothing";
      const bool posts = i % 4 == 3;
      wire.send(posts ? served.request("POST", "/api/scenarios/mine/check", "{\"set\": [\"chips=3\"]}")
                      : served.request("GET", path));
      ASSERT_NE(wire.reply().status, 0);
    }
  };
  many(300);
  const double before = resident();
  many(2000);
  EXPECT_LT(resident() - before, 4e6);
}

TEST(Runs, StoppingEndsRunsAndStreamsAtOnce) {
  Served served;
  const std::string id = served.start(long_question());
  while (served.ask("GET", "/api/runs/" + id).data().at("pass") != "trials") usleep(10'000);
  Wire wire(served.port), idle(served.port);
  wire.send(served.request("GET", "/api/runs/" + id + "/events"));
  EXPECT_EQ(wire.reply().status, 200);
  const auto from = steady_clock::now();
  served.server->stop();
  EXPECT_LT(steady_clock::now() - from, std::chrono::seconds(30));
  EXPECT_TRUE(wire.closed());
  EXPECT_FALSE(Wire(served.port).connected && Wire(served.port).reply().status == 200);
}

}  // namespace
}  // namespace orrery::view
