#include "view/server.h"

#include <arpa/inet.h>
#include <httplib.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "base/error.h"

namespace orrery::view {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds look_up{100};          // how often who waits looks whether the server stops
constexpr std::size_t most_head = 32u << 10;  // bytes of a request beside its body
constexpr int most_requests = 10'000;         // of a connection
constexpr std::size_t longest_path = 512;

/// One connection as cpp-httplib reads and writes it, with a time for each request to arrive and each response to go.
class Connection final : public httplib::Stream {
 public:
  /// crowded: whether others wait for a place.
  Connection(int socket, const Limits& limits, const std::atomic<bool>& stopping, std::function<bool()> crowded)
      : socket_(socket), limits_(limits), stopping_(stopping), crowded_(std::move(crowded)) {}

  /// Waits for a request to begin; false: none came in time, of which there is less where others wait, and none at all
  /// once the first was answered.
  bool begins(bool first) {
    const Clock::time_point until = Clock::now() + limits_.idle;
    patient_until_ = Clock::now() + (first ? limits_.crowded : milliseconds(0));
    while (buffered() == 0)
      if (!ready(POLLIN, until) || fill() <= 0) return false;
    patient_until_ = Clock::now() + limits_.crowded;
    read_until_ = Clock::now() + limits_.request;
    left_ = most_head + limits_.body;
    writing_ = false, keeps = false, streams = false;
    return true;
  }

  /// Whether the connection may have another request after this one.
  bool keeps = false;
  /// Whether the response has no end: each piece of it has its time.
  bool streams = false;

  /// What the client still sends is taken, so that it reads the last response before the connection is reset.
  void linger() {
    shutdown(socket_, SHUT_WR);
    const Clock::time_point until = Clock::now() + std::min<milliseconds>(limits_.request, milliseconds(1000));
    patient_until_ = until;
    for (std::size_t taken = 0; taken < 4 * limits_.body && !stopping_ && ready(POLLIN, until);) {
      begin_ = end_ = 0;
      const ssize_t n = fill();
      if (n <= 0) return;
      taken += static_cast<std::size_t>(n);
    }
  }

  bool is_readable() const override { return buffered() > 0 || ready(POLLIN, read_until_); }
  bool is_writable() const override { return ready(POLLOUT, Clock::now() + look_up); }

  ssize_t read(char* into, std::size_t size) override {
    if (buffered() == 0 && (!ready(POLLIN, read_until_) || fill() <= 0)) return -1;
    const std::size_t n = std::min({size, buffered(), left_});
    if (n == 0) return -1;
    std::memcpy(into, buffer_ + begin_, n);
    begin_ += n, left_ -= n;
    return static_cast<ssize_t>(n);
  }

  ssize_t write(const char* from, std::size_t size) override {
    if (!writing_ || streams) write_until_ = Clock::now() + limits_.response;
    writing_ = true;
    patient_until_ = Clock::now() + limits_.crowded;
    while (ready(POLLOUT, write_until_)) {
      const ssize_t n = send(socket_, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n >= 0) return n;
      if (errno != EAGAIN && errno != EINTR) break;
    }
    keeps = false;
    return -1;
  }

  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_; }

 private:
  const int socket_;
  const Limits& limits_;
  const std::atomic<bool>& stopping_;
  const std::function<bool()> crowded_;
  Clock::time_point read_until_{}, write_until_{};
  Clock::time_point patient_until_{};  // where others wait
  std::size_t left_ = 0;               // bytes that the request may still have
  bool writing_ = false;
  char buffer_[16384];
  std::size_t begin_ = 0, end_ = 0;

  std::size_t buffered() const { return end_ - begin_; }

  ssize_t fill() {
    const ssize_t n = recv(socket_, buffer_, sizeof buffer_, MSG_DONTWAIT);
    if (n > 0) begin_ = 0, end_ = static_cast<std::size_t>(n);
    return n;
  }

  bool ready(short events, Clock::time_point until) const {
    while (true) {
      const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
      pollfd at{socket_, events, 0};
      const int n = poll(&at, 1, static_cast<int>(std::clamp(left, milliseconds(0), look_up).count()));
      if (n > 0) return true;
      if ((n < 0 && errno != EINTR) || left <= milliseconds(0) || stopping_) return false;
      if (Clock::now() >= patient_until_ && crowded_()) return false;
    }
  }
};

thread_local Connection* at_hand = nullptr;  // that this thread serves

std::optional<std::string> header(const httplib::Request& request, const char* name) {
  if (!request.has_header(name)) return std::nullopt;
  return request.get_header_value(name);
}

Request request_of(const httplib::Request& r) {
  Request out;
  out.method = r.method, out.path = r.path, out.body = r.body;
  out.host = header(r, "Host"), out.origin = header(r, "Origin"), out.fetch_site = header(r, "Sec-Fetch-Site");
  out.authorization = header(r, "Authorization"), out.content_type = header(r, "Content-Type");
  out.opens_page =
      r.get_header_value("Sec-Fetch-Mode") == "navigate" && r.get_header_value("Sec-Fetch-Dest") == "document";
  return out;
}

/// What cpp-httplib would read in a way of its own, or take for another request. Throws Refusal.
void check_form(const httplib::Request& r, const Limits& limits) {
  for (const char* once : {"Host", "Origin", "Authorization", "Content-Type", "Content-Length", "Sec-Fetch-Site"})
    if (r.get_header_value_count(once) > 1) throw Refusal{400, once, "stands there twice", "send it once"};
  if (r.path.size() > longest_path)
    throw Refusal{404, "", "the path is too long", "GET /api/openapi.json lists what there is"};
  if (r.has_header("Transfer-Encoding"))
    throw Refusal{400, "Transfer-Encoding", "is not taken", "send the body whole, with its Content-Length"};
  if (r.has_header("Content-Encoding"))
    throw Refusal{415, "Content-Encoding", "is not taken", "send the body as it is"};
  const std::string length = r.get_header_value("Content-Length");
  const bool has_body = r.method == "POST" || r.method == "PUT";
  if (!std::all_of(length.begin(), length.end(), [](unsigned char c) { return std::isdigit(c); }))
    throw Refusal{400, "Content-Length", "is no number", "send the number of bytes of the body"};
  if (length.size() > 12 || (!length.empty() && std::stoull(length) > limits.body))
    throw Refusal{413, "Content-Length", "is more than " + std::to_string(limits.body) + " bytes", "send less"};
  if (has_body && length.empty())
    throw Refusal{400, "Content-Length", "is missing", "send the number of bytes of the body"};
  if (!has_body && !length.empty() && length.find_first_not_of('0') != std::string::npos)
    throw Refusal{400, "Content-Length", "announces a body where none is read", "send none"};
}

void put(const Response& from, httplib::Response& into) {
  into.status = from.status;
  if (!from.allow.empty()) into.set_header("Allow", from.allow);
  if (from.status == 401) into.set_header("WWW-Authenticate", "Bearer");
  if (from.stream) {
    at_hand->streams = true;
    into.set_chunked_content_provider(from.type, [stream = from.stream](std::size_t, httplib::DataSink& sink) {
      const Send send = [&](std::string_view piece) { return sink.write(piece.data(), piece.size()); };
      if (!stream(send)) {
        at_hand->keeps = false;
        sink.done();
      }
      return true;
    });
  } else if (from.body->empty()) {
    into.set_content("", from.type);
  } else {
    into.set_content_provider(from.body->size(), from.type,
                              [body = from.body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
                                return sink.write(body->data() + offset,
                                                  std::min<std::size_t>(length, std::size_t{64} << 10));
                              });
  }
}

httplib::Headers strict_headers() {
  return {{"Content-Security-Policy",
           "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
           "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"Cache-Control", "no-store"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"}};
}

/// A socket that listens there. Throws Error.
int listening(const std::string& address, int port) {
  sockaddr_storage place{};
  socklen_t size = sizeof(sockaddr_in);
  auto* v4 = reinterpret_cast<sockaddr_in*>(&place);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&place);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET, v4->sin_port = htons(static_cast<std::uint16_t>(port));
  } else if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6, v6->sin6_port = htons(static_cast<std::uint16_t>(port));
    size = sizeof(sockaddr_in6);
  } else {
    throw Error({}, "--address", in_quotes(address) + " is no address of a network interface",
                "write one in numbers, such as 127.0.0.1 or 0.0.0.0");
  }
  const int socket = ::socket(place.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  if (socket >= 0) setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (socket < 0 || bind(socket, reinterpret_cast<const sockaddr*>(&place), size) != 0 || listen(socket, 512) != 0) {
    const int cause = errno;
    if (socket >= 0) close(socket);
    const bool of_port = cause == EADDRINUSE || cause == EACCES;
    throw Error({}, of_port ? "--port" : "--address",
                (of_port ? std::to_string(port) + " of " : std::string()) + address +
                    " cannot be listened on: " + std::strerror(cause),
                of_port ? "name another, or leave --port out for a free one" : "name an address of this machine");
  }
  return socket;
}

int port_of(int socket) {
  sockaddr_storage place{};
  socklen_t size = sizeof place;
  getsockname(socket, reinterpret_cast<sockaddr*>(&place), &size);
  return ntohs(place.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&place)->sin6_port
                                           : reinterpret_cast<const sockaddr_in*>(&place)->sin_port);
}

}  // namespace

class Server::Http final : public httplib::Server {
 public:
  explicit Http(Settings settings)
      : limits_(settings.limits),
        socket_(listening(settings.address, settings.port)),
        port_(port_of(socket_)),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    try {
      api_ = std::make_unique<Api>(std::move(settings), port_);
    } catch (...) {
      close(socket_), close(wake_);
      throw;
    }
    svr_sock_ = socket_;  // that cpp-httplib takes for a sign that it is not shut down
    set_default_headers(strict_headers());
    set_payload_max_length(limits_.body);
    set_keep_alive_max_count(most_requests);  // as responses say
    set_keep_alive_timeout(std::chrono::ceil<std::chrono::seconds>(limits_.idle).count());
    set_exception_handler([](const httplib::Request&, httplib::Response& into, std::exception_ptr) {
      put(response_of(Refusal{503, "", "the request cannot be answered now", "ask again later"}), into);
    });
    set_pre_routing_handler(
        [this](const httplib::Request& r, httplib::Response& into) { return before_body(r, into); });
    const Handler whole = [this](const httplib::Request& r, httplib::Response& into) {
      at_hand->keeps = true;
      put(api_->answer(request_of(r)), into);
    };
    const char* any_path = "[^]*";  // lines that end in it too
    Post(any_path, whole);
    Put(any_path, whole);
    set_error_handler([](const httplib::Request&, httplib::Response& into) {
      if (!into.body.empty() || into.content_length_ > 0 || into.content_provider_) return;
      const int status = into.status;
      into.set_content(*response_of(Refusal{status, "", "the request cannot be read", "send HTTP/1.1"}).body,
                       "application/json");
    });
    acceptor_ = std::jthread([this] { accept_all(); });
  }

  ~Http() override {
    end();
    close(socket_), close(wake_);
  }

  int port() const { return port_; }

  void end() {
    stopping_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t told = ::write(wake_, &one, sizeof one);
    if (acceptor_.joinable()) acceptor_.join();
    shutdown(socket_, SHUT_RDWR);  // who still connects is refused
    api_->stop();
    {
      const std::lock_guard lock(guard_);
      for (const int socket : waiting_) close(socket);
      waiting_.clear();
      some_waits_.notify_all();
    }
    threads_.clear();
  }

 private:
  const Limits limits_;
  const int socket_, port_, wake_;
  std::unique_ptr<Api> api_;
  std::atomic<bool> stopping_{false};
  std::mutex guard_;
  std::condition_variable some_waits_;
  std::deque<int> waiting_;          // connections without a thread yet
  std::size_t idle_ = 0, open_ = 0;  // threads; connections
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;

  HandlerResponse before_body(const httplib::Request& r, httplib::Response& into) {
    const bool has_body = r.method == "POST" || r.method == "PUT";
    try {
      check_form(r, limits_);
    } catch (const Refusal& refusal) {
      put(response_of(refusal), into);
      return HandlerResponse::Handled;
    }
    const Request request = request_of(r);
    if (const std::optional<Response> refused = api_->refused(request)) {
      at_hand->keeps = !has_body;  // an unread body is no request
      put(*refused, into);
      return HandlerResponse::Handled;
    }
    if (has_body) return HandlerResponse::Unhandled;
    at_hand->keeps = true;
    put(api_->answer(request), into);
    return HandlerResponse::Handled;
  }

  /// Whether connections wait, or soon will.
  bool crowded() {
    const std::lock_guard lock(guard_);
    return open_ + open_ / 4 >= limits_.connections;
  }

  void accept_all() {
    while (!stopping_) {
      bool full = false;
      {
        const std::lock_guard lock(guard_);
        full = open_ >= limits_.connections;
      }
      pollfd at[] = {{wake_, POLLIN, 0}, {socket_, POLLIN, 0}};
      if (poll(at, full ? 1 : 2, full ? 10 : -1) <= 0 || full || !(at[1].revents & POLLIN)) continue;
      const int socket = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (socket < 0) {
        // Out of descriptors or memory: those that are open go on, and this one waits.
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
          std::this_thread::sleep_for(look_up);
        continue;
      }
      const int yes = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      const std::lock_guard lock(guard_);
      waiting_.push_back(socket), ++open_;
      try {
        if (waiting_.size() > idle_ && threads_.size() < limits_.connections) threads_.emplace_back([this] { work(); });
      } catch (const std::system_error&) {  // there are no more threads to be had: one that is there takes it
      }
      some_waits_.notify_one();
    }
  }

  void work() {
    std::unique_lock lock(guard_);
    while (true) {
      ++idle_;
      some_waits_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      --idle_;
      if (stopping_) return;
      const int socket = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      try {
        serve(socket);
      } catch (const std::exception&) {  // such as no memory: this connection alone ends
        at_hand = nullptr;
      }
      close(socket);
      lock.lock();
      --open_;
    }
  }

  void serve(int socket) {
    Connection connection(socket, limits_, stopping_, [this] { return crowded(); });
    at_hand = &connection;
    for (int left = most_requests; left > 0 && connection.begins(left == most_requests); --left) {
      bool closed = false;
      const bool last = left == 1 || crowded();
      // Parts and packed bodies are not sent: what they cost is not worth it on one machine.
      const auto plain = [](httplib::Request& r) {
        r.ranges.clear();
        r.headers.erase("Range"), r.headers.erase("Accept-Encoding");
      };
      if (!process_request(connection, last, closed, plain) || closed || last || !connection.keeps) break;
    }
    connection.linger();
    at_hand = nullptr;
  }
};

Server::Server(Settings settings) : http_(std::make_unique<Http>(std::move(settings))) {}
Server::~Server() = default;

int Server::port() const {
  return http_->port();
}

void Server::stop() {
  http_->end();
}

}  // namespace orrery::view
