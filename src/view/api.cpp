#include "view/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/document.h"
#include "scenario/write.h"
#include "study/describe.h"
#include "view/body.h"

namespace orrery::view {
namespace {

using json = nlohmann::ordered_json;
using Parts = std::vector<std::string>;  // of a path, those that stand for {...}

constexpr std::uint64_t most_seed = std::uint64_t{1} << 53;  // what a number of JavaScript holds
constexpr int usual_trials = 1000;
constexpr std::chrono::seconds heartbeat{15};

std::string dump(const json& value) {
  return value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

Response with_body(std::string body, int status = 200) {
  Response out;
  out.status = status;
  out.body = std::make_shared<const std::string>(std::move(body));
  return out;
}

json error_json(const Error& error) {
  json out = {{"message", error.message()}};
  if (!error.place().file.empty()) out["file"] = error.place().file;
  if (error.place().line > 0) out["line"] = error.place().line;
  if (!error.key().empty()) out["key"] = error.key();
  out["problem"] = error.problem();
  out["remedy"] = error.remedy();
  return out;
}

Response response_of(const Error& error, int status) {
  return with_body(dump({{"error", error_json(error)}}), status);
}

std::string_view name_of(RunStatus status) {
  switch (status) {
    case RunStatus::queued:
      return "queued";
    case RunStatus::running:
      return "running";
    case RunStatus::done:
      return "done";
    case RunStatus::failed:
      return "failed";
    case RunStatus::cancelled:
      return "cancelled";
  }
  return "";
}

json json_of(const RunState& state) {
  json out = {{"id", state.id}, {"status", name_of(state.status)}, {"share", state.share}, {"pass", state.pass}};
  if (state.error) out["error"] = error_json(*state.error);
  return out;
}

/// An event of a stream: its name, and its data as one line.
std::string event_text(const RunState& state) {
  const bool over = state.status != RunStatus::queued && state.status != RunStatus::running;
  json data = json::object();
  if (state.error) data["error"] = error_json(*state.error);
  if (!over) data = {{"share", state.share}, {"pass", state.pass}};
  return fmt::format("event: {}\ndata: {}\n\n", over ? name_of(state.status) : "progress",
                     data.dump(-1, ' ', false, json::error_handler_t::replace));
}

Refusal no_run(const std::string& id) {
  return {404, "id", in_quotes(id) + " is no run that is kept", "ask again by POST /api/runs"};
}

/// The parts of a path, and those of a pattern such as "/api/runs/{id}": what stands for {...}; nothing where they
/// differ.
std::optional<Parts> match(std::string_view pattern, std::string_view path) {
  Parts out;
  while (true) {
    const std::size_t a = pattern.find('/'), b = path.find('/');
    const std::string_view wanted = pattern.substr(0, a), given = path.substr(0, b);
    if (wanted.starts_with('{')) {
      if (given.empty()) return std::nullopt;
      out.emplace_back(given);
    } else if (wanted != given) {
      return std::nullopt;
    }
    if ((a == std::string_view::npos) != (b == std::string_view::npos)) return std::nullopt;
    if (a == std::string_view::npos) return out;
    pattern.remove_prefix(a + 1), path.remove_prefix(b + 1);
  }
}

/// The catalog with every kind read, so that several threads may ask it.
catalog::Catalog whole_catalog(const std::string& share) {
  catalog::Catalog out(share + "/catalog");
  for (const catalog::KindSchema& kind : catalog::schema()) out.entries(kind.kind);
  return out;
}

/// What Host may be, lower case.
std::vector<std::string> hosts_of(const Settings& settings, int port) {
  std::vector<std::string> out;
  std::vector<std::string> here = {"127.0.0.1", "localhost", "[::1]"};
  if (settings.address != "0.0.0.0" && settings.address != "::")  // which are no place, but all of them
    here.push_back(settings.address.find(':') == std::string::npos ? settings.address : '[' + settings.address + ']');
  for (const std::string& host : here) {
    out.push_back(fmt::format("{}:{}", host, port));
    if (port == 80) out.push_back(host);
  }
  for (const std::string& host : settings.hosts) {
    out.push_back(lower(host));  // as it stands: with a port of its own, or none behind another server
    out.push_back(fmt::format("{}:{}", out.back(), port));
  }
  return out;
}

bool holds_only(std::string_view text, std::string_view marks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

/// Hosts and a token as they stand in a link and in headers. Throws Error.
Settings checked(Settings settings) {
  for (const std::string& host : settings.hosts)
    if (host.empty() || !holds_only(host, "-._:[]"))
      throw Error({}, "--allow-host", in_quotes(host) + " is no name of a machine",
                  "write one name, such as plans.example or plans.example:8443");
  if (!holds_only(settings.token, "-._~"))
    throw Error({}, "--token", "holds what a link does not carry as it is",
                "write letters, digits, dots, dashes, underscores and tildes");
  return settings;
}

/// Where the printed link leads.
std::string url_of(const Settings& settings, int port, const std::string& token) {
  const std::string host = settings.hosts.empty() ? settings.address : settings.hosts.front();
  const auto colons = std::count(host.begin(), host.end(), ':');
  const std::string at = colons == 1  ? host  // with a port of its own
                         : colons > 1 ? fmt::format("[{}]:{}", host, port)
                                      : fmt::format("{}:{}", host, port);
  return fmt::format("http://{}/#token={}", at, token);
}

}  // namespace

Response response_of(const Refusal& r) {
  Response out = response_of(Error({}, r.key, r.problem, r.remedy), r.status);
  out.allow = r.allow;
  return out;
}

/// What the routes do; each has the request and what stands for {...} in its path.
struct Routes {
  Api& api;

  Response page(std::string_view Page::*file, const char* type) const {
    const std::optional<Page>& page = api.settings_.page;
    if (!page) throw Refusal{404, "", "this orrery was built without its page", "`./dev build` builds and embeds it"};
    Response out = with_body(std::string((*page).*file));
    out.type = type;
    return out;
  }
  Response index(const Request&, const Parts&) { return page(&Page::index, "text/html; charset=utf-8"); }
  Response script(const Request&, const Parts&) { return page(&Page::script, "text/javascript; charset=utf-8"); }
  Response style(const Request&, const Parts&) { return page(&Page::style, "text/css; charset=utf-8"); }
  Response description(const Request&, const Parts&) { return with_body(std::string(openapi())); }

  Response session(const Request& request, const Parts&) {
    return with_body(dump({{"session", api.guard_.session(Body(request.body, {"token"}).text("token"))}}));
  }
  Response start(const Request&, const Parts&) {
    const auto or_null = [](const std::string& text) { return text.empty() ? json() : json(text); };
    return with_body(dump({{"scenario", or_null(api.settings_.scenario)},
                           {"result", or_null(api.result_)},
                           {"trials", usual_trials},
                           {"seed", 1},
                           {"version", api.settings_.version},
                           {"save", or_null(api.library_.own())}}));
  }
  Response kinds(const Request&, const Parts&) {
    json out = json::array();
    for (const study::Kind& kind : study::kinds())
      out.push_back({{"name", kind.form().name},
                     {"kind", kind.form().name},
                     {"title", kind.form().meaning},
                     {"marks", kind.form().marks},
                     {"own", false}});
    return with_body(dump(out));
  }
  Response scenarios(const Request&, const Parts&) { return with_body(api.library_.list()); }
  Response scenario(const Request&, const Parts& parts) { return with_body(api.library_.scenario(parts.at(0))); }
  /// That a scenario will not do so is an answer to the question.
  Response check(const Request& request, const Parts& parts) {
    const std::vector<std::string> set = Body(request.body, {"set"}).texts("set");
    try {
      return with_body(api.library_.check(parts.at(0), set));
    } catch (const Error& error) {
      return response_of(error, 200);
    }
  }

  /// The base and the overrides of a scenario that is saved or exported, its title and description among them.
  std::pair<std::string, std::vector<std::string>> saved(const Request& request) const {
    const Body body(request.body, {"base", "set", "title", "description"});
    std::vector<std::string> set = body.texts("set");
    for (const char* key : {"title", "description"})
      if (const auto text = body.optional_text(key)) set.push_back(std::string(key) + '=' + scenario::toml_text(*text));
    return {body.text("base"), std::move(set)};
  }
  Response save(const Request& request, const Parts& parts) {
    const auto [base, set] = saved(request);
    return with_body(api.library_.save(parts.at(0), base, set), 201);
  }
  Response exported(const Request& request, const Parts&) {
    const auto [base, set] = saved(request);
    return with_body(api.library_.exported(base, set));
  }

  Response run(const Request& request, const Parts&) {
    const Body body(request.body, {"scenario", "set", "trials", "seed", "independent", "against"});
    const auto changed = [&](const Body& of) {
      study::Changed out{api.library_.file(of.text("scenario")), of.texts("set")};
      scenario::read_scenario(out.file, out.set, study::forms_of(study::kinds()));  // what is wrong is said at once
      return out;
    };
    Question question;
    const std::unique_ptr<const Confinement> within = api.library_.confined();
    const Confined confined(within.get());
    question.asked.scenario = changed(body);
    if (const auto against = body.object("against", {"scenario", "set"})) question.asked.against = changed(*against);
    const auto most = static_cast<std::uint64_t>(api.settings_.limits.trials);
    question.trials = static_cast<int>(body.whole("trials", 0, most));
    question.seed = body.whole("seed", 1, most_seed);
    question.independent = body.boolean("independent");
    question.files = within->files();
    return with_body(dump({{"id", api.runs_.start(question)}}), 202);
  }
  RunState state(const Parts& parts) const {
    const std::optional<RunState> state = api.runs_.state(parts.at(0));
    if (!state) throw no_run(parts.at(0));
    return *state;
  }
  Response status(const Request&, const Parts& parts) { return with_body(dump(json_of(state(parts)))); }
  Response result(const Request&, const Parts& parts) {
    Response out;
    const RunState at = state(parts);
    out.body = api.runs_.answer(parts.at(0));
    if (!out.body)
      throw Refusal{404, "id", fmt::format("the run is {}, so that there is no answer", name_of(at.status)),
                    "wait for done: GET /api/runs/{id}/events tells"};
    return out;
  }
  Response cancel(const Request&, const Parts& parts) {
    state(parts);
    api.runs_.cancel(parts.at(0));
    return with_body(dump(json_of(state(parts))));
  }
  Response events(const Request&, const Parts& parts) {
    Response out;
    const RunState now = state(parts);
    if (++api.streams_ > api.settings_.limits.streams) {
      --api.streams_;
      throw Refusal{429, "", "too many streams of events are open", "end one, or ask GET /api/runs/{id} now and then"};
    }
    const std::shared_ptr<std::atomic<std::size_t>> place(&api.streams_, [](auto* streams) { --*streams; });
    out.type = "text/event-stream";
    out.stream = [&api = api, place, id = parts.at(0), seen = std::optional<std::uint64_t>(),
                  state = now](const Send& send) mutable {
      if (!seen || state.version != *seen) {
        if (!send(event_text(state))) return false;
        if (state.status != RunStatus::queued && state.status != RunStatus::running) return false;
      } else if (!send(": waiting\n\n")) {
        return false;
      }
      seen = state.version;
      std::optional<RunState> next = api.runs_.next_state(id, *seen, heartbeat);
      if (!next || api.stopping_) return false;
      state = std::move(*next);
      return true;
    };
    return out;
  }

  Response catalog(const Request&, const Parts& parts) {
    try {
      const auto [kind, document] = study::describe_catalog(api.catalog_, parts, false);
      return with_body(report::json_of(document, kind));
    } catch (const Error& error) {
      return response_of(error, 404);
    }
  }
};

namespace {

struct Route {
  std::string_view method, path;
  Response (Routes::*answer)(const Request&, const Parts&);
  bool open = false;   ///< without the key of a session
  bool reads = false;  ///< scenarios
};

constexpr Route all_routes[] = {
    {"GET", "/", &Routes::index, true},
    {"GET", "/app.js", &Routes::script, true},
    {"GET", "/app.css", &Routes::style, true},
    {"GET", "/api/openapi.json", &Routes::description, true},
    {"POST", "/api/session", &Routes::session, true},
    {"GET", "/api/start", &Routes::start},
    {"GET", "/api/kinds", &Routes::kinds},
    {"GET", "/api/scenarios", &Routes::scenarios, false, true},
    {"GET", "/api/scenarios/{name}", &Routes::scenario, false, true},
    {"PUT", "/api/scenarios/{name}", &Routes::save, false, true},
    {"POST", "/api/scenarios/{name}/check", &Routes::check, false, true},
    {"POST", "/api/export", &Routes::exported, false, true},
    {"POST", "/api/runs", &Routes::run, false, true},
    {"GET", "/api/runs/{id}", &Routes::status},
    {"DELETE", "/api/runs/{id}", &Routes::cancel},
    {"GET", "/api/runs/{id}/events", &Routes::events},
    {"GET", "/api/runs/{id}/result", &Routes::result},
    {"GET", "/api/catalog", &Routes::catalog},
    {"GET", "/api/catalog/{kind}", &Routes::catalog},
    {"GET", "/api/catalog/{kind}/{name}", &Routes::catalog},
};

/// The route of a request. Throws Refusal where there is none.
std::pair<const Route*, Parts> route_of(const Request& request) {
  std::string allow;
  for (const Route& route : all_routes) {
    std::optional<Parts> parts = match(route.path, request.path);
    if (!parts) continue;
    if (route.method == request.method) return {&route, std::move(*parts)};
    allow += (allow.empty() ? "" : ", ") + std::string(route.method);
  }
  if (allow.empty())
    throw Refusal{404, "", in_quotes(request.path) + " is nothing here", "GET /api/openapi.json lists what is"};
  throw Refusal{405, "", in_quotes(request.method) + " does nothing on " + in_quotes(request.path), "use " + allow,
                allow};
}

bool is_json(const std::optional<std::string>& type) {
  if (!type) return false;
  std::string name = lower(type->substr(0, type->find(';')));
  name.erase(name.find_last_not_of(" \t") + 1);
  return name == "application/json";
}

}  // namespace

Api::Api(Settings settings, int port)
    : settings_(checked(std::move(settings))),
      catalog_(whole_catalog(settings_.share)),
      library_(catalog_, settings_.share, settings_.folder, settings_.limits),
      runs_(
          catalog_, [this] { return library_.confined(); }, settings_.limits),
      guard_(hosts_of(settings_, port), settings_.token, [this, port](const std::string& token) {
        if (settings_.link) settings_.link(url_of(settings_, port, token));
      }) {
  if (settings_.result) result_ = runs_.keep(*settings_.result);
  if (!settings_.scenario.empty()) library_.file(settings_.scenario);
}

std::optional<Response> Api::refused(const Request& request) const {
  try {
    guard_.check_place(request);
    const auto [route, parts] = route_of(request);
    if (!route->open) guard_.check_key(request);
    if ((request.method == "POST" || request.method == "PUT") && !is_json(request.content_type))
      throw Refusal{415, "Content-Type", "is not JSON", "send Content-Type: application/json"};
    return std::nullopt;
  } catch (const Refusal& refusal) {
    return response_of(refusal);
  }
}

Response Api::answer(const Request& request) {
  try {
    const auto [route, parts] = route_of(request);
    // Only what reads is confined, so that all else is answered whatever becomes of the folders.
    const std::unique_ptr<const Confinement> within = route->reads ? library_.confined() : nullptr;
    const Confined confined(within.get());
    Routes routes{*this};
    return (routes.*(route->answer))(request, parts);
  } catch (const Refusal& refusal) {
    return response_of(refusal);
  } catch (const Error& error) {
    return response_of(error, 422);
  } catch (const std::bad_alloc&) {
    return response_of(Refusal{503, "", "there is not enough memory", "ask for less, or later"});
  } catch (const std::exception& error) {
    return response_of(Error({}, "", error.what(), "ask for something else"), 422);
  }
}

void Api::stop() {
  stopping_ = true;
  library_.stop();
  runs_.stop();
}

std::vector<std::string> Api::routes() {
  std::vector<std::string> out;
  for (const Route& route : all_routes)
    if (route.path.starts_with("/api/")) out.push_back(std::string(route.method) + ' ' + std::string(route.path));
  return out;
}

}  // namespace orrery::view
