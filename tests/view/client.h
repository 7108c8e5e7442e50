// A server in this process on a free port, and requests to it as bytes on a socket.
#pragma once
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/folders.h"
#include "view/server.h"

namespace orrery::view {

using nlohmann::json;

struct Reply {
  int status = 0;  ///< 0: none came
  std::map<std::string, std::string> headers;
  std::string body;

  json data() const { return json::parse(body); }
};

class Wire {
 public:
  explicit Wire(int port, const char* address = "127.0.0.1") : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET, to.sin_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET, address, &to.sin_addr);
    connected = connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  Wire(const Wire&) = delete;
  ~Wire() { close(socket_); }

  bool connected = false;

  bool send(const std::string& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t n = ::send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      if (n <= 0) return false;
      done += static_cast<std::size_t>(n);
    }
    return true;
  }
  /// No more is sent.
  void end() { shutdown(socket_, SHUT_WR); }

  /// More bytes; false: the other side has closed, or nothing came in that time.
  bool more(int wait_ms = 20'000) {
    pollfd at{socket_, POLLIN, 0};
    if (poll(&at, 1, wait_ms) <= 0) return false;
    char buffer[65536];
    const ssize_t n = recv(socket_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    had.append(buffer, static_cast<std::size_t>(n));
    return true;
  }
  std::string had;  ///< and not yet taken

  bool closed() {
    while (more()) {
    }
    pollfd at{socket_, POLLIN, 0};
    char byte = 0;
    return poll(&at, 1, 0) > 0 && recv(socket_, &byte, 1, 0) <= 0;
  }

  Reply reply() {
    Reply out;
    std::size_t head = 0;
    while ((head = had.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return out;
    const std::string lines = had.substr(0, head + 2);
    had.erase(0, head + 4);
    out.status = std::stoi(lines.substr(9, 3));
    for (std::size_t at = lines.find("\r\n") + 2; at < lines.size();) {
      const std::size_t end = lines.find("\r\n", at), colon = lines.find(": ", at);
      out.headers[lines.substr(at, colon - at)] = lines.substr(colon + 2, end - colon - 2);
      at = end + 2;
    }
    const auto length = out.headers.find("Content-Length");
    if (length == out.headers.end()) return out;
    const std::size_t size = std::stoul(length->second);
    while (had.size() < size)
      if (!more()) return out;
    out.body = had.substr(0, size);
    had.erase(0, size);
    return out;
  }

 private:
  int socket_;
};

/// A server with a folder of its own.
class Served {
 public:
  explicit Served(Limits limits = {}, Settings settings = {}) {
    static int number = 0;
    folder = testing::TempDir() + "orrery-view-" + std::to_string(getpid()) + '-' + std::to_string(++number);
    std::filesystem::create_directories(folder);
    settings.share = source_folder(), settings.folder = folder, settings.version = "0";
    settings.limits = limits;
    settings.link = [this](const std::string& url) {
      const std::lock_guard lock(guard_);
      links.push_back(url);
    };
    server = std::make_unique<Server>(std::move(settings));
    port = server->port();
    key = ask("POST", "/api/session", json{{"token", token()}}.dump()).data().at("session");
  }
  ~Served() {
    server.reset();
    std::filesystem::remove_all(folder);
  }

  std::string folder, key;
  std::vector<std::string> links;
  std::unique_ptr<Server> server;
  int port = 0;

  /// That of the newest link.
  std::string token() {
    const std::lock_guard lock(guard_);
    return links.back().substr(links.back().find("#token=") + 7);
  }
  std::string host() const { return "127.0.0.1:" + std::to_string(port); }

  /// A request as bytes: headers that are given replace the usual ones; an empty one leaves it out.
  std::string request(const std::string& method, const std::string& path, const std::string& body = "",
                      std::map<std::string, std::string> headers = {}) const {
    headers.emplace("Host", host());
    if (!key.empty()) headers.emplace("Authorization", "Bearer " + key);
    if (method == "POST" || method == "PUT") {
      headers.emplace("Content-Type", "application/json");
      headers.emplace("Content-Length", std::to_string(body.size()));
    }
    std::string out = method + ' ' + path + " HTTP/1.1\r\n";
    for (const auto& [name, value] : headers)
      if (!value.empty()) out += name + ": " + value + "\r\n";
    return out + "\r\n" + body;
  }
  Reply ask(const std::string& method, const std::string& path, const std::string& body = "",
            const std::map<std::string, std::string>& headers = {}) const {
    Wire wire(port);
    wire.send(request(method, path, body, headers));
    return wire.reply();
  }
  /// Writes a file into the folder.
  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = folder + '/' + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }
  std::string start(const json& question) const { return ask("POST", "/api/runs", question.dump()).data().at("id"); }
  /// How a run stands once it is over.
  json over(const std::string& id) const {
    while (true) {
      json state = ask("GET", "/api/runs/" + id).data();
      if (state.at("status") != "queued" && state.at("status") != "running") return state;
      usleep(20'000);
    }
  }

 private:
  std::mutex guard_;
};

/// A scenario of three keys.
inline const char* small_scenario = "chips = \"1000 x h100-sxm\"\nsite = \"memphis\"\nstart = 2024-04-24\n";

}  // namespace orrery::view
