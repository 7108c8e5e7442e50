// Scenarios over HTTP: reading, checking, saving, exporting, and that nothing outside the folders is read or written.
#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <thread>

#include "base/files.h"
#include "client.h"
#include "scenario/write.h"
#include "study/kind.h"

namespace orrery::view {
namespace {

namespace fs = std::filesystem;

const std::string secret = "s3cr3t-of-another-folder";

/// What a run of a scenario of the own folder comes to, as text.
std::string outcome(const Served& served, const std::string& name, const std::vector<std::string>& set = {}) {
  const Reply reply = served.ask("POST", "/api/runs", json{{"scenario", name}, {"set", set}}.dump());
  if (reply.status != 202) return reply.body;
  return served.over(reply.data().at("id")).dump();
}

TEST(Scenarios, AreListedAndReadWithTheirValuesAndKeys) {
  const Served served;
  served.write("mine.toml", std::string("title = \"My own\"\n") + small_scenario);
  served.write("broken.toml", "chips = ");
  std::map<std::string, json> rows;
  for (const json& row : served.ask("GET", "/api/scenarios").data()) rows[row.at("name")] = row;
  EXPECT_EQ(rows.at("mine"), (json{{"name", "mine"}, {"kind", "programme"}, {"title", "My own"}, {"own", true}}));
  EXPECT_EQ(rows.at("colossus-1").at("own"), false);
  EXPECT_TRUE(rows.at("broken").at("kind").is_null());
  const json mine = served.ask("GET", "/api/scenarios/mine").data();
  EXPECT_EQ(mine.at("text"), std::string("title = \"My own\"\n") + small_scenario);
  EXPECT_EQ(mine.at("own"), true);
  EXPECT_EQ(mine.at("schema").at("kind"), "programme");
  EXPECT_GT(mine.at("values").size(), 10u);
  const json checked = served.ask("POST", "/api/scenarios/mine/check", R"({"set": ["start=2024-05-01"]})").data();
  EXPECT_NE(checked.at("hash"), mine.at("hash"));
  EXPECT_EQ(served.ask("POST", "/api/scenarios/mine/check", "{}").data().at("hash"), mine.at("hash"));
  const Reply wrong = served.ask("POST", "/api/scenarios/mine/check", R"({"set": ["start=soon"]})");
  EXPECT_EQ(wrong.status, 200);
  EXPECT_EQ(wrong.data().at("error").at("key"), "start");
  EXPECT_EQ(served.ask("GET", "/api/scenarios/broken").status, 422);
}

TEST(Scenarios, SavedOnesSayWhatWasAsked) {
  const Served served;
  served.write("mine.toml", small_scenario);
  const auto put = [&](const json& changes) { return served.ask("PUT", "/api/scenarios/slower", changes.dump()); };
  const Reply saved =
      put({{"base", "mine"}, {"set", {"site.memphis.burn_in=x1.5", "start=+7 days"}}, {"title", "Slower \"burn-in\""}});
  ASSERT_EQ(saved.status, 201) << saved.body;
  EXPECT_EQ(read_file(served.folder + "/slower.toml"), saved.data().at("text"));
  EXPECT_NE(saved.data().at("text").get<std::string>().find("base = \"mine.toml\"\nstart = 2024-05-01\n"),
            std::string::npos);
  const json asked = {{"set", {"site.memphis.burn_in=x1.5", "start=+7 days", "title=\"Slower \\\"burn-in\\\"\""}}};
  const json here = served.ask("GET", "/api/scenarios/slower").data();
  EXPECT_EQ(here.at("hash"), served.ask("POST", "/api/scenarios/mine/check", asked.dump()).data().at("hash"));
  EXPECT_EQ(here.at("title"), "Slower \"burn-in\"");
  // Saved again on itself it is whole.
  EXPECT_EQ(put({{"base", "slower"}, {"set", {"site.memphis.burn_in=4 days"}}}).status, 201);
  EXPECT_EQ(served.ask("GET", "/api/scenarios/slower").data().at("title"), "Slower \"burn-in\"");
  // What will not do leaves it as it was.
  const std::string before = read_file(served.folder + "/slower.toml");
  EXPECT_EQ(put({{"base", "mine"}, {"set", {"order.second.rate=10 chips/day"}}}).status, 422);
  EXPECT_EQ(put({{"base", "mine"}, {"set", {"start=soon"}}}).status, 422);
  EXPECT_EQ(put({{"base", "none"}}).status, 404);
  EXPECT_EQ(read_file(served.folder + "/slower.toml"), before);
  EXPECT_EQ(std::distance(fs::directory_iterator(served.folder), {}), 2);
}

TEST(Scenarios, NamesThatMayNotBeWritten) {
  const Served served;
  served.write("by-hand.toml", small_scenario);
  fs::create_symlink("/etc/orrery-test.toml", served.folder + "/link.toml");
  const auto put = [&](const std::string& name) {
    return served.ask("PUT", "/api/scenarios/" + name, R"({"base": "colossus-1"})").status;
  };
  EXPECT_EQ(put("colossus-1"), 422);
  EXPECT_EQ(put("by-hand"), 422);
  EXPECT_NE(put("link"), 201);
  for (const char* name : {"..%2fup", ".hidden", "a%20b", "-o", "%22", "a%5cb", "%c3%a9"})
    EXPECT_NE(put(name), 201) << name;
  EXPECT_EQ(put(std::string(65, 'a')), 422);
  EXPECT_EQ(put("a%0Ab"), 422);
  EXPECT_EQ(put("a%00b"), 422);
  EXPECT_EQ(read_file(served.folder + "/by-hand.toml"), small_scenario);
  EXPECT_EQ(std::distance(fs::directory_iterator(served.folder), {}), 2);
  Settings settings;
  settings.share = source_folder();
  Api api(settings, 1);
  Request request;
  request.method = "PUT", request.path = "/api/scenarios/new", request.body = R"({"base": "colossus-1"})";
  EXPECT_EQ(api.answer(request).status, 403);
}

TEST(Scenarios, ExportedOnesNeedNoOther) {
  const Served served;
  const std::vector<const scenario::Form*> forms = study::forms_of(study::kinds());
  int exported = 0;
  for (const json& row : served.ask("GET", "/api/scenarios").data()) {
    const std::string name = row.at("name");
    const Reply reply = served.ask("POST", "/api/export", json{{"base", name}}.dump());
    ASSERT_EQ(reply.status, 200) << name << ' ' << reply.body;
    const std::string text = reply.data().at("text");
    EXPECT_EQ(text.find("base ="), std::string::npos) << name;
    std::string file = source_folder() + "/scenarios/" + name + ".toml";
    if (!fs::exists(file)) file = source_folder() + "/scenarios/finance/" + name + ".toml";
    EXPECT_EQ(scenario::hash_of(scenario::read_scenario_text(text, file, forms)),
              scenario::hash_of(scenario::read_scenario(file, {}, forms)))
        << name;
    ++exported;
  }
  EXPECT_GT(exported, 20);
}

TEST(Scenarios, ReadNothingOutsideTheirFolders) {
  const std::string outside = testing::TempDir() + "orrery-outside-" + std::to_string(getpid());
  fs::create_directories(outside + "/chips");
  std::ofstream(outside + "/secret.toml") << "title = \"" << secret << "\"\n" << small_scenario;
  std::ofstream(outside + "/config.json") << "{\"model_type\": \"" << secret << "\"}";
  std::ofstream(outside + "/chips/mine.toml") << "[" << secret << "]\ntitle = 3\n";
  std::ofstream(outside + "/" + secret) << secret;
  const Served served;
  fs::create_symlink(outside + "/secret.toml", served.folder + "/linked.toml");
  fs::create_symlink(outside, served.folder + "/inside");
  mkfifo((served.folder + "/pipe.toml").c_str(), 0600);
  served.write(".hidden/facts.toml", "kind = \"chips\"\n");
  const std::vector<std::string> places = {outside + "/secret.toml",
                                           outside + "/config.json",
                                           outside + "/chips/mine.toml",
                                           outside,
                                           outside + "/missing.toml",
                                           fs::relative(outside, served.folder).string() + "/secret.toml",
                                           "linked.toml",
                                           "inside/secret.toml",
                                           "inside/config.json",
                                           "inside",
                                           "pipe.toml",
                                           ".hidden/facts.toml",
                                           "/dev/zero",
                                           "/dev/stdin",
                                           "/proc/self/environ",
                                           "/proc/self/cwd/README.md",
                                           "/etc/passwd",
                                           "/etc",
                                           "../../../../../../../../etc/passwd"};
  const auto refused = [&](const std::string& text, const std::string& place) {
    served.write("mine.toml", text);
    const std::string said = outcome(served, "mine");
    EXPECT_TRUE(said.find("is outside the folders that may be read here") != std::string::npos ||
                said.find("is not a plain file") != std::string::npos ||
                said.find("is neither a file nor a folder") != std::string::npos)
        << text << said;
    EXPECT_EQ(said.find(secret), std::string::npos) << place << said;
    EXPECT_EQ(said.find("root:"), std::string::npos) << place << said;
  };
  for (const std::string& place : places) {
    refused("base = \"" + place + "\"\n", place);
    refused(std::string(small_scenario) + "catalog = [\"" + place + "\"]\n", place);
  }
  // A model, another scenario, traffic: what a value of a scenario may name.
  for (const std::string& place : std::vector<std::string>{outside + "/config.json", "inside/config.json",
                                                           "/etc/passwd", "/proc/self/environ", "/dev/zero"}) {
    refused(std::string(small_scenario) + "[run.one]\nmodel = \"" + place + "\"\ntokens = 1e12\n", place);
    refused("[train]\nscenario = \"" + place + "\"\n", place);
    refused("[train]\nmodel = \"" + place + "\"\n", place);
  }
  served.write("net.toml", "[network]\ntraffic = \"" + outside + "/secret.toml\"\n");
  const std::string there = outcome(served, "net");
  served.write("net.toml", "[network]\ntraffic = \"" + outside + "/missing0.toml\"\n");
  const std::string missing = outcome(served, "net");
  EXPECT_EQ(there.find(secret), std::string::npos);
  // Nor is it told whether such a file is there.
  const auto problem = [](const std::string& said) {
    return json::parse(said).at("error").at("problem").get<std::string>();
  };
  EXPECT_EQ(problem(there), "knows no '" + outside + "/secret.toml'");
  EXPECT_EQ(problem(missing), "knows no '" + outside + "/missing0.toml'");
  // By --set too.
  served.write("mine.toml", std::string(small_scenario) + "[run.one]\ntokens = 1e12\nmodel = \"llama-3.1-405b\"\n");
  EXPECT_NE(outcome(served, "mine", {"run.one.model=/etc/passwd"}).find("outside the folders"), std::string::npos);
  EXPECT_NE(outcome(served, "mine", {"base=/etc/passwd"}).find("is read before the overrides"), std::string::npos);
  EXPECT_NE(outcome(served, "mine", {"catalog=/etc/passwd"}).find("is read before the overrides"), std::string::npos);
  // A graph that an own fact names.
  served.write("mine.toml", std::string(small_scenario) +
                                "catalog = [\"facts.toml\"]\n[run.one]\ntokens = 1e12\nmodel = \"other\"\n");
  served.write(
      "facts.toml",
      "kind = \"models\"\n[other]\ntitle = \"Other\"\nparams_total = { value = 1e9, basis = \"spec\", source = \"x\", "
      "date = \"2024\" }\n[other.config]\nvalue = \"" +
          outside + "/config.json\"\nbasis = \"spec\"\nsource = \"x\"\ndate = \"2024\"\n");
  const std::string model = outcome(served, "mine");
  EXPECT_NE(model.find("outside the folders"), std::string::npos) << model;
  EXPECT_EQ(model.find(secret), std::string::npos);
  fs::remove_all(outside);
}

TEST(Scenarios, AShippedNameStandsForTheShippedOne) {
  const Served served;
  served.write("gpu-market.toml", small_scenario);
  fs::create_symlink("/etc/passwd", served.folder + "/link.toml");
  const json read = served.ask("GET", "/api/scenarios/gpu-market").data();
  EXPECT_EQ(read.at("own"), false);
  EXPECT_EQ(read.at("kind"), "market");
  for (const json& row : served.ask("GET", "/api/scenarios").data())
    EXPECT_FALSE(row.at("name") == "gpu-market" && row.at("own") == true);
  // What leads elsewhere is not named as what was meant.
  const Reply link = served.ask("GET", "/api/scenarios/link");
  EXPECT_EQ(link.status, 404);
  EXPECT_EQ(link.data()["error"]["remedy"].get<std::string>().find("'link'"), std::string::npos) << link.body;
}

TEST(Scenarios, PathsOfOverridesAreSeenFromTheOwnFolder) {
  const Served served;
  served.write("mine.toml", std::string(small_scenario) + "[run.one]\ntokens = 1e12\nmodel = \"llama-3.1-8b\"\n");
  served.write("models/config.json", R"({"model_type": "llama", "architectures": ["LlamaForCausalLM"],
    "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
    "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 8192, "tie_word_embeddings": false,
    "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "hidden_act": "silu", "torch_dtype": "bfloat16",
    "attention_bias": false, "mlp_bias": false})");
  const json changed = {{"base", "mine"}, {"set", {"run.one.model=models/config.json"}}};
  const Reply checked = served.ask("POST", "/api/scenarios/mine/check", json{{"set", changed.at("set")}}.dump());
  EXPECT_TRUE(checked.data().contains("hash")) << checked.body;
  EXPECT_EQ(served.ask("PUT", "/api/scenarios/saved", changed.dump()).status, 201);
  EXPECT_EQ(served.ask("GET", "/api/scenarios/saved").data().at("hash"), checked.data().at("hash"));
  EXPECT_NE(outcome(served, "mine", {"run.one.model=models/config.json"}).find("\"done\""), std::string::npos);
  EXPECT_NE(outcome(served, "saved").find("\"done\""), std::string::npos);
}

/// Seconds of all processors that this process has used.
double processor_time() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

TEST(Scenarios, ManyAskAtOnceAndAreReadOnce) {
  const Served served;
  const json set = {{"set", {"site.memphis.burn_in=x1.5"}}};
  const double before = processor_time();
  std::atomic<int> answered{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 20; ++i)
      threads.emplace_back([&, i] {
        json asked = set;
        asked["base"] = "colossus-1";
        const json other = {{"set", {"site.memphis.burn_in=" + std::to_string(i + 2) + " days"}}};
        const Reply reply = i % 4 == 0   ? served.ask("GET", "/api/scenarios/colossus-1")
                            : i % 4 == 1 ? served.ask("POST", "/api/scenarios/colossus-1/check", set.dump())
                            : i % 4 == 2 ? served.ask("POST", "/api/scenarios/colossus-1/check", other.dump())
                                         : served.ask("POST", "/api/export", asked.dump());
        if (reply.status == 200) ++answered;
      });
  }
  EXPECT_EQ(answered, 20);
  // One more, whose layouts have to be searched for too.
  const double from = processor_time(), all = from - before;
  const json alone = {{"set", {"run.grok-3.sequence=\"4096 tokens\""}}};
  const Reply reply = served.ask("POST", "/api/scenarios/colossus-1/check", alone.dump());
  EXPECT_EQ(reply.status, 200) << reply.body;
  const double one = processor_time() - from;
  EXPECT_LT(all, 15 * one);  // 20, were each read by itself
  std::printf("20 at once: %.1f times one\n", all / one);
}

TEST(Scenarios, AreReadAnewOnceAFileChanges) {
  const Served served;
  const std::string deep = served.write("deep/base.toml", small_scenario);
  served.write("mine.toml", "base = \"deep/base.toml\"\n");
  const auto hash = [&] { return served.ask("GET", "/api/scenarios/mine").data().at("hash").get<std::string>(); };
  const auto titles = [&] { return served.ask("GET", "/api/scenarios").body; };
  const std::string before = hash(), listed = titles();
  EXPECT_EQ(hash(), before);
  EXPECT_EQ(titles(), listed);
  served.write("deep/base.toml", std::string(small_scenario) + "title = \"Another\"\n");
  EXPECT_NE(hash(), before);
  EXPECT_NE(titles().find("Another"), std::string::npos);
  served.write("new.toml", small_scenario);
  EXPECT_NE(titles().find("\"new\""), std::string::npos);
}

TEST(Scenarios, MayReadWhatIsBesideThem) {
  const Served served;
  served.write("deep/base.toml", small_scenario);
  served.write("mine.toml", "base = \"deep/base.toml\"\ntitle = \"Mine\"\n");
  fs::create_symlink(served.folder + "/mine.toml", served.folder + "/also.toml");
  EXPECT_NE(outcome(served, "mine").find("\"done\""), std::string::npos) << outcome(served, "mine");
  EXPECT_NE(outcome(served, "also").find("\"done\""), std::string::npos) << outcome(served, "also");
}

}  // namespace
}  // namespace orrery::view
