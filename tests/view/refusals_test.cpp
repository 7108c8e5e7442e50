// Who is refused, and what: foreign hosts and pages, keys that are none, requests that are too large, too slow, half or
// no HTTP at all. After each the server answers as before.
#include <cstring>
#include <thread>

#include "client.h"

namespace orrery::view {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Refusals, OnlyTheNamesOfThisMachineAreItsHosts) {
  const Served served;
  const std::string port = ':' + std::to_string(served.port);
  for (const std::string& host :
       std::vector<std::string>{"127.0.0.1" + port, "localhost" + port, "[::1]" + port, "LOCALHOST" + port})
    EXPECT_EQ(served.ask("GET", "/api/start", "", {{"Host", host}}).status, 200) << host;
  for (const std::string& host : std::vector<std::string>{"evil.example" + port, std::string("127.0.0.1"),
                                                          "127.0.0.1:1", "127.0.0.1.evil.example" + port,
                                                          "localhost" + port + ".evil.example", "0.0.0.0" + port}) {
    const Reply reply = served.ask("GET", "/api/start", "", {{"Host", host}});
    EXPECT_EQ(reply.status, 403) << host;
    EXPECT_EQ(reply.data().at("error").at("key"), "Host");
  }
  EXPECT_EQ(served.ask("GET", "/api/start", "", {{"Host", ""}}).status, 403);
  EXPECT_EQ(served.ask("GET", "/", "", {{"Host", "evil.example" + port}}).status, 403);
}

TEST(Refusals, OtherPagesMayNotAsk) {
  const Served served;
  EXPECT_EQ(served.ask("GET", "/api/start", "", {{"Origin", "http://" + served.host()}}).status, 200);
  for (const std::string& origin :
       std::vector<std::string>{"http://evil.example", "null", "http://127.0.0.1:1", "file://"})
    EXPECT_EQ(served.ask("GET", "/api/start", "", {{"Origin", origin}}).status, 403) << origin;
  for (const std::string& site : std::vector<std::string>{"cross-site", "same-site"})
    EXPECT_EQ(served.ask("GET", "/api/start", "", {{"Sec-Fetch-Site", site}}).status, 403) << site;
  for (const std::string& site : std::vector<std::string>{"same-origin", "none"})
    EXPECT_EQ(served.ask("GET", "/api/start", "", {{"Sec-Fetch-Site", site}}).status, 200) << site;
  const Reply options = served.ask("OPTIONS", "/api/runs", "", {{"Origin", "http://" + served.host()}});
  EXPECT_EQ(options.status, 405);
  for (const auto& [name, value] : options.headers) EXPECT_FALSE(name.starts_with("Access-Control")) << name;
}

TEST(Refusals, EveryAnswerHasTheStrictHeaders) {
  const Served served;
  for (const Reply& reply : {served.ask("GET", "/api/start"), served.ask("GET", "/api/start", "", {{"Host", "x"}}),
                             served.ask("GET", "/nothing")}) {
    EXPECT_TRUE(reply.headers.at("Content-Security-Policy").starts_with("default-src 'none'; script-src 'self'"));
    EXPECT_NE(reply.headers.at("Content-Security-Policy").find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(reply.headers.at("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(reply.headers.at("Cache-Control"), "no-store");
    EXPECT_EQ(reply.headers.at("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(reply.headers.at("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(reply.headers.at("Cross-Origin-Resource-Policy"), "same-origin");
  }
}

TEST(Refusals, ATokenWorksOnceAndIsFollowedByAnother) {
  Served served;
  ASSERT_EQ(served.links.size(), 2u);  // the first was used
  const std::string used = served.links[0].substr(served.links[0].find('=') + 1), next = served.token();
  EXPECT_EQ(used.size(), 64u);
  EXPECT_TRUE(served.links[0].starts_with("http://" + served.host() + "/#token="));
  const auto trade = [&](const std::string& token) {
    return served.ask("POST", "/api/session", json{{"token", token}}.dump());
  };
  EXPECT_EQ(trade(used).status, 401);
  EXPECT_EQ(trade("").status, 401);
  EXPECT_EQ(served.links.size(), 2u);
  EXPECT_EQ(trade(next).status, 200);
  EXPECT_EQ(trade(next).status, 401);
  EXPECT_EQ(served.links.size(), 3u);
}

TEST(Refusals, WithoutTheKeyOfASessionNothingIsTold) {
  const Served served;
  for (const std::string& route : Api::routes()) {
    if (route == "GET /api/openapi.json" || route == "POST /api/session") continue;
    const std::string method = route.substr(0, route.find(' ')), path = route.substr(route.find(' ') + 1);
    for (const std::string& key :
         std::vector<std::string>{std::string(), std::string("Bearer "), "Bearer " + std::string(64, '0'),
                                  "Basic " + served.key, served.key}) {
      const Reply reply = served.ask(method, path, "{}", {{"Authorization", key}});
      EXPECT_EQ(reply.status, 401) << route << ' ' << key;
    }
  }
}

TEST(Refusals, AStandingTokenIsAKeyToo) {
  Settings settings;
  settings.token = "correct-horse.battery_staple~";
  settings.hosts = {"plans.example"};
  Served served({}, settings);
  EXPECT_EQ(served.links.size(), 1u);
  EXPECT_TRUE(served.links[0].starts_with("http://plans.example:" + std::to_string(served.port)));
  EXPECT_EQ(served.ask("GET", "/api/start", "", {{"Authorization", "Bearer " + settings.token}}).status, 200);
  EXPECT_EQ(served.ask("GET", "/api/start", "", {{"Host", "Plans.Example"}}).status, 200);
  EXPECT_EQ(served.ask("GET", "/api/start", "", {{"Host", "other.example"}}).status, 403);
  EXPECT_EQ(served.ask("POST", "/api/session", json{{"token", settings.token}}.dump()).status, 200);
  EXPECT_EQ(served.ask("POST", "/api/session", json{{"token", settings.token}}.dump()).status, 200);
}

TEST(Refusals, AnotherAddressIsNotListenedOn) {
  const Served served;
  EXPECT_TRUE(Wire(served.port).connected);
  EXPECT_FALSE(Wire(served.port, "127.0.0.2").connected);
}

TEST(Refusals, PathsAndMethodsThatAreNone) {
  const Served served;
  for (const std::string& path :
       std::vector<std::string>{"/api", "/api/", "/api/nothing", "/api/runs/", "/api/scenarios/a/b/c", "/../etc/passwd",
                                "/api/scenarios/..%2f..%2f..%2fetc%2fpasswd", "/api/scenarios/%2e%2e", "/app.js/",
                                "/api/scenarios/.hidden", "/api/scenarios/a%00b", "//etc/passwd"}) {
    const Reply reply = served.ask("GET", path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_EQ(reply.body.find("root:"), std::string::npos);
  }
  const Reply reply = served.ask("DELETE", "/api/scenarios");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.headers.at("Allow"), "GET");
  EXPECT_EQ(served.ask("HEAD", "/api/start", "", {{"Connection", "close"}}).status, 405);
  EXPECT_EQ(served.ask("PATCH", "/api/runs").status, 405);
  EXPECT_EQ(served.ask("GET", "/api/scenarios/" + std::string(5000, 'a')).status, 404);
  EXPECT_EQ(served.ask("GET", '/' + std::string(9000, 'a')).status, 414);
}

TEST(Refusals, BodiesThatAreNone) {
  const Served served;
  const auto post = [&](const std::string& body, std::map<std::string, std::string> headers = {}) {
    return served.ask("POST", "/api/runs", body, headers);
  };
  EXPECT_EQ(post("{}", {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(post("{}", {{"Content-Type", ""}}).status, 415);
  EXPECT_EQ(post("a=b", {{"Content-Type", "application/x-www-form-urlencoded"}}).status, 415);
  EXPECT_EQ(post("--x--", {{"Content-Type", "multipart/form-data; boundary=x"}}).status, 415);
  EXPECT_EQ(post("{}", {{"Content-Encoding", "gzip"}}).status, 415);
  EXPECT_EQ(post("2\r\n{}\r\n0\r\n\r\n", {{"Content-Length", ""}, {"Transfer-Encoding", "chunked"}}).status, 400);
  EXPECT_EQ(post("", {{"Content-Length", ""}}).status, 400);
  EXPECT_EQ(post("{}", {{"Content-Length", "-2"}}).status, 400);
  EXPECT_EQ(post("{}", {{"Content-Length", "99999999999999999999"}}).status, 413);
  EXPECT_EQ(post(std::string((1u << 20) + 1, ' ')).status, 413);
  for (const std::string& body : std::vector<std::string>{"", "{", "[]", "null", "{\"scenario\":", "\xff\xfe",
                                                          "{\"scenario\": \"x\"} more", "{\"trials\": 1e400}"})
    EXPECT_EQ(post(body).status, 400) << body;
  EXPECT_EQ(post("{\"set\": " + std::string(100'000, '[') + std::string(100'000, ']') + "}").status, 400);
  const auto names = [&](const std::string& body, const std::string& key) {
    const Reply reply = post(body);
    EXPECT_EQ(reply.status, 422) << body;
    EXPECT_EQ(reply.data().at("error").at("key"), key);
  };
  names(R"({"scenario": "colossus-1", "threads": 3})", "threads");
  names(R"({"scenario": "colossus-1", "against": {"scenario": "rainier", "trials": 1}})", "against.trials");
  names(R"({"scenario": "colossus-1", "trials": 100001})", "trials");
  names(R"({"scenario": "colossus-1", "trials": -1})", "trials");
  names(R"({"scenario": "colossus-1", "trials": 1.5})", "trials");
  names(R"({"scenario": "colossus-1", "seed": "1"})", "seed");
  names(R"({"scenario": "colossus-1", "independent": 1})", "independent");
  names(R"({"scenario": "colossus-1", "set": "a=b"})", "set");
  names(R"({"scenario": "colossus-1", "set": [1]})", "set[0]");
  names(R"({"scenario": 3})", "scenario");
  names(R"({})", "scenario");
  names(R"({"scenario": "colossus-1", "set": ["order.first.rates=3"]})", "order.first.rates");
  EXPECT_EQ(post(R"({"scenario": "colossus-11"})").status, 404);
  EXPECT_NE(post(R"({"scenario": "colossus-11"})").data()["error"]["remedy"].get<std::string>().find("colossus-1"),
            std::string::npos);
  EXPECT_EQ(post(R"({"scenario": "../scenarios/colossus-1"})").status, 404);
  EXPECT_EQ(served.ask("GET", "/api/start", "", {{"Content-Length", "5"}}).status, 400);
  EXPECT_EQ(served.ask("GET", "/api/start").status, 200);
}

TEST(Refusals, WhatIsNoHttpEndsTheConnection) {
  const Served served;
  for (const std::string& bytes : std::vector<std::string>{
           std::string("\x16\x03\x01\x02\x00 tls"), std::string("GET\r\n\r\n"), std::string(70'000, 'x'),
           std::string("GET / HTTP/9.9\r\n\r\n"), "GET / HTTP/1.1\r\nHost: " + std::string(60'000, 'a') + "\r\n\r\n"}) {
    Wire wire(served.port);
    wire.send(bytes);
    wire.end();
    const Reply reply = wire.reply();
    EXPECT_TRUE(reply.status == 0 || reply.status == 400 || reply.status == 414) << reply.status;
    EXPECT_TRUE(wire.closed());
  }
  Wire twice(served.port);
  twice.send("GET /api/start HTTP/1.1\r\nHost: " + served.host() + "\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(twice.reply().status, 400);
  EXPECT_EQ(served.ask("GET", "/api/start").status, 200);
}

TEST(Refusals, SlowAndHalfRequestsAreEnded) {
  Limits limits;
  limits.request = milliseconds(600), limits.idle = milliseconds(400);
  const Served served(limits);
  const auto from = steady_clock::now();
  {  // a byte now and then, without end
    Wire wire(served.port);
    const std::string bytes = served.request("GET", "/api/start");
    bool open = true;
    for (std::size_t i = 0; i < bytes.size() && open; ++i)
      open = wire.send(bytes.substr(i, 1)) && (usleep(100'000), true);
    EXPECT_FALSE(open);
    EXPECT_LT(steady_clock::now() - from, std::chrono::seconds(8));
  }
  {  // half a body
    Wire wire(served.port);
    wire.send(served.request("POST", "/api/runs", "{\"scenario\"", {{"Content-Length", "500"}}));
    EXPECT_TRUE(wire.closed());
  }
  {  // half a body and gone
    Wire wire(served.port);
    wire.send(served.request("POST", "/api/runs", "{\"scenario\"", {{"Content-Length", "500"}}));
  }
  {  // nothing at all
    Wire wire(served.port);
    EXPECT_TRUE(wire.closed());
  }
  EXPECT_LT(steady_clock::now() - from, std::chrono::seconds(15));
  EXPECT_EQ(served.ask("GET", "/api/start").status, 200);
}

TEST(Refusals, HalfRequestsDoNotHoldThePlacesOfOthers) {
  Limits limits;
  limits.connections = 8, limits.crowded = milliseconds(300);
  const Served served(limits);
  std::vector<std::unique_ptr<Wire>> held;
  for (int i = 0; i < 8; ++i) {
    held.push_back(std::make_unique<Wire>(served.port));
    held.back()->send(i % 2 == 0 ? "GET / HTTP/1.1\r\nHost: " : "");
  }
  const auto from = steady_clock::now();
  EXPECT_EQ(served.ask("GET", "/api/start").status, 200);
  EXPECT_LT(steady_clock::now() - from, milliseconds(2000));
}

TEST(Refusals, TheAddressIsAHost) {
  Settings settings;
  settings.address = "127.0.0.2";
  settings.share = source_folder();
  std::string link;
  settings.link = [&](const std::string& url) { link = url; };
  const Server server(settings);
  const std::string host = "127.0.0.2:" + std::to_string(server.port());
  EXPECT_TRUE(link.starts_with("http://" + host + "/#token=")) << link;
  Wire wire(server.port(), "127.0.0.2");
  wire.send("GET /api/openapi.json HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  EXPECT_EQ(wire.reply().status, 200);
}

TEST(Refusals, HostsAndTokensThatALinkDoesNotCarry) {
  const auto key = [](const std::string& host, const std::string& token) {
    Settings settings;
    settings.share = source_folder(), settings.token = token;
    if (!host.empty()) settings.hosts = {host};
    try {
      const Server server(settings);
    } catch (const Error& error) {
      EXPECT_NE(error.remedy(), "");
      return error.key();
    }
    return std::string();
  };
  for (const char* host : {"x y", "*", "a/b", "a,b"}) EXPECT_EQ(key(host, ""), "--allow-host") << host;
  for (const char* token : {"0123456789abcdef ", "0123456789abcde&", "0123456789abcde#", "0123456789abcde%"})
    EXPECT_EQ(key("", token), "--token") << token;
  EXPECT_EQ(key("plans.example:8443", "0123456789abcdef"), "");
}

TEST(Refusals, WhatIsNotReadIsAnsweredWithoutTheOwnFolder) {
  Served served;
  std::filesystem::remove_all(served.folder);
  EXPECT_EQ(served.ask("GET", "/api/start").status, 200);
  EXPECT_EQ(served.ask("GET", "/api/kinds").status, 200);
  EXPECT_EQ(served.ask("GET", "/api/scenarios").status, 200);
  EXPECT_EQ(served.ask("GET", "/api/scenarios/gpu-market").status, 200);
  EXPECT_EQ(served.ask("PUT", "/api/scenarios/new", R"({"base": "gpu-market"})").status, 422);
}

TEST(Refusals, RequestsInOnePieceAreAnsweredInOrder) {
  const Served served;
  Wire wire(served.port);
  std::string all;
  for (int i = 0; i < 5; ++i) all += served.request("GET", i % 2 ? "/api/kinds" : "/api/start");
  all += served.request("POST", "/api/scenarios/colossus-1/check", "{}") + served.request("GET", "/api/nothing");
  wire.send(all);
  for (int i = 0; i < 5; ++i) {
    const Reply reply = wire.reply();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.data().is_array(), i % 2 == 1);
  }
  EXPECT_EQ(wire.reply().status, 200);
  EXPECT_EQ(wire.reply().status, 404);
}

TEST(Refusals, RangesAndPackedAnswersAreNotGiven) {
  const Served served;
  const Reply whole = served.ask("GET", "/api/kinds");
  const Reply asked =
      served.ask("GET", "/api/kinds", "", {{"Range", "bytes=0-1,0-1,0-1"}, {"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(asked.status, 200);
  EXPECT_EQ(asked.body, whole.body);
  EXPECT_FALSE(asked.headers.contains("Content-Encoding"));
}

TEST(Refusals, AnAddressOrPortThatCannotBeHad) {
  const Served served;
  Settings settings;
  settings.share = source_folder(), settings.port = served.port;
  const auto problem = [&] {
    try {
      const Server second(settings);
    } catch (const Error& error) {
      return error.message();
    }
    return std::string("none");
  };
  EXPECT_NE(problem().find("cannot be listened on: Address already in use; name another"), std::string::npos)
      << problem();
  settings.port = 0, settings.address = "192.0.2.1";
  EXPECT_NE(problem().find("name an address of this machine"), std::string::npos) << problem();
  settings.address = "localhost";
  EXPECT_NE(problem().find("is no address of a network interface"), std::string::npos) << problem();
}

}  // namespace
}  // namespace orrery::view
