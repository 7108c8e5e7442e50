// docs/openapi.json describes every route of the server and nothing else, and what the server answers is as it says.
#include <algorithm>

#include "base/files.h"
#include "client.h"
#include "view/result.h"

namespace orrery::view {
namespace {

const json document = json::parse(openapi());

/// What is wrong with a value by a schema of the document, of the words that it uses; empty: nothing.
std::string wrong(const json& value, const json& schema, const std::string& at = "") {
  if (schema.contains("$ref"))
    return wrong(value, document.at(json::json_pointer(schema.at("$ref").get<std::string>().substr(1))), at);
  const auto is = [&](const std::string& type) {
    return type == "object"    ? value.is_object()
           : type == "array"   ? value.is_array()
           : type == "string"  ? value.is_string()
           : type == "boolean" ? value.is_boolean()
           : type == "integer" ? value.is_number_integer()
           : type == "number"  ? value.is_number()
                               : value.is_null();
  };
  if (schema.contains("type")) {
    const json types = schema["type"].is_array() ? schema["type"] : json::array({schema["type"]});
    if (std::none_of(types.begin(), types.end(), [&](const json& type) { return is(type); }))
      return at + " is not " + types.dump();
  }
  if (schema.contains("enum") && std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
    return at + " is none of " + schema["enum"].dump();
  for (const json& key : schema.value("required", json::array()))
    if (!value.contains(key)) return at + " lacks " + key.dump();
  if (value.is_object() && schema.contains("properties"))
    for (const auto& [key, item] : value.items()) {
      if (!schema["properties"].contains(key)) {
        if (schema.value("additionalProperties", true)) continue;
        return at + " has " + key + ", which is not described";
      }
      if (const std::string problem = wrong(item, schema["properties"][key], at + '/' + key); !problem.empty())
        return problem;
    }
  if (value.is_array() && schema.contains("items"))
    for (const json& item : value)
      if (const std::string problem = wrong(item, schema["items"], at + "[]"); !problem.empty()) return problem;
  return "";
}

TEST(OpenApi, IsTheFileOfTheDocuments) {
  EXPECT_EQ(openapi(), read_file(source_folder() + "/docs/openapi.json"));
}

TEST(OpenApi, HasEveryRouteAndNoOther) {
  std::vector<std::string> described, routes = Api::routes();
  for (const auto& [path, methods] : document.at("paths").items())
    for (const auto& [method, operation] : methods.items()) {
      if (method == "parameters") continue;
      std::string upper = method;
      std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return std::toupper(c); });
      described.push_back(upper + ' ' + path);
    }
  std::sort(described.begin(), described.end()), std::sort(routes.begin(), routes.end());
  EXPECT_EQ(described, routes);
}

TEST(OpenApi, ItsExamplesAreOfItsSchemas) {
  int examples = 0;
  for (const auto& [path, methods] : document.at("paths").items())
    for (const auto& [method, operation] : methods.items()) {
      if (method == "parameters") continue;
      for (const auto& [code, response] : operation.at("responses").items())
        for (const auto& [type, content] : response.at("content").items())
          if (content.contains("example")) {
            EXPECT_EQ(wrong(content["example"], content["schema"]), "") << method << ' ' << path;
            ++examples;
          }
      if (!operation.contains("requestBody")) continue;
      const json& content = operation["requestBody"]["content"]["application/json"];
      EXPECT_EQ(wrong(content["example"], content["schema"]), "") << method << ' ' << path;
    }
  EXPECT_GT(examples, 15);
}

TEST(OpenApi, AnswersAreAsItSays) {
  Served served;
  served.write("mine.toml", small_scenario);
  const std::string id = served.start({{"scenario", "mine"}, {"trials", 5}});
  served.over(id);
  const auto check = [&](const std::string& method, const std::string& pattern, std::string path,
                         const std::string& body, int status) {
    const Reply reply = served.ask(method, path, body);
    EXPECT_EQ(reply.status, status) << method << ' ' << path << reply.body;
    std::string lower = method;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return std::tolower(c); });
    const json& content =
        document.at("paths").at(pattern).at(lower).at("responses").at(std::to_string(status)).at("content");
    ASSERT_TRUE(content.contains(reply.headers.at("Content-Type"))) << pattern;
    EXPECT_EQ(wrong(reply.data(), content.at("application/json").at("schema")), "") << method << ' ' << path;
  };
  const std::string changes = R"({"base": "mine", "set": ["start=2024-05-01"], "title": "Later"})";
  check("GET", "/api/openapi.json", "/api/openapi.json", "", 200);
  check("POST", "/api/session", "/api/session", json{{"token", served.token()}}.dump(), 200);
  check("POST", "/api/session", "/api/session", "{\"token\": \"no\"}", 401);
  check("POST", "/api/session", "/api/session", "{", 400);
  check("GET", "/api/start", "/api/start", "", 200);
  check("GET", "/api/kinds", "/api/kinds", "", 200);
  check("GET", "/api/scenarios", "/api/scenarios", "", 200);
  for (const char* name : {"mine", "gpu-market"})
    check("GET", "/api/scenarios/{name}", std::string("/api/scenarios/") + name, "", 200);
  check("GET", "/api/scenarios/{name}", "/api/scenarios/none", "", 404);
  check("POST", "/api/scenarios/{name}/check", "/api/scenarios/mine/check", "{\"set\": [\"start=2024-05-01\"]}", 200);
  check("POST", "/api/scenarios/{name}/check", "/api/scenarios/mine/check", "{\"set\": [\"start=soon\"]}", 200);
  check("PUT", "/api/scenarios/{name}", "/api/scenarios/later", changes, 201);
  check("PUT", "/api/scenarios/{name}", "/api/scenarios/colossus-1", changes, 422);
  check("POST", "/api/export", "/api/export", changes, 200);
  check("POST", "/api/runs", "/api/runs", "{\"scenario\": \"mine\", \"trials\": 5}", 202);
  check("GET", "/api/runs/{id}", "/api/runs/" + id, "", 200);
  check("GET", "/api/runs/{id}/result", "/api/runs/" + id + "/result", "", 200);
  check("GET", "/api/runs/{id}/result", "/api/runs/0/result", "", 404);
  check("DELETE", "/api/runs/{id}", "/api/runs/" + id, "", 200);
  check("GET", "/api/catalog", "/api/catalog", "", 200);
  check("GET", "/api/catalog/{kind}", "/api/catalog/chips", "", 200);
  check("GET", "/api/catalog/{kind}/{name}", "/api/catalog/chips/h100-sxm", "", 200);
  check("GET", "/api/catalog/{kind}/{name}", "/api/catalog/chips/h1000", "", 404);
}

TEST(Result, IsAnAnswerOfThisProgramOrRefusedInOneLine) {
  EXPECT_NO_THROW(check_result(R"({"schema": "orrery", "version": 3, "kind": "market"})", "a.json"));
  for (const char* text :
       {"", "{\"schema\": \"orr", "[]", "3", "{\"schema\": \"other\", \"version\": 3, \"kind\": \"x\"}",
        "{\"schema\": \"orrery\", \"version\": 2, \"kind\": \"x\"}", "{\"schema\": \"orrery\"}",
        R"({"schema": "orrery", "version": 3, "kind": 4})", R"({"schema": "orrery", "version": 3.0, "kind": "x"})",
        R"({"schema": "orrery", "version": "3", "kind": "x"})"}) {
    try {
      check_result(text, "a.json");
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_TRUE(error.message().starts_with("a.json: ")) << error.message();
      EXPECT_EQ(error.message().find('\n'), std::string::npos);
    }
  }
}

TEST(Result, ThatIsVeryDeepIsRefused) {
  const std::string deep(3'000'000, '[');
  const auto problem = [](const std::string& text) {
    try {
      check_result(text, "a.json");
    } catch (const Error& error) {
      return error.problem();
    }
    return std::string();
  };
  const std::string head = R"({"schema": "orrery", "kind": "x", "version": )";
  EXPECT_EQ(problem(head + deep), "is nested deeper than 64 levels, which no answer is");
  EXPECT_EQ(problem(head + "[[3]]}"), "is no whole number, and this program shows 3");
  EXPECT_EQ(problem(head + "3}"), "");
}

}  // namespace
}  // namespace orrery::view
