#include "machine/network/packet.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/calendar.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/spread.h"
#include "machine/network/congestion.h"
#include "machine/network/effort.h"
#include "machine/network/packet_state.h"

namespace orrery::network {
namespace {

using namespace packets;

constexpr double picosecond = 1e-12;
constexpr std::uint64_t look_up = 4096;  // events, links or flows between two looks whether all this is given up
constexpr std::uint64_t end_of_time = 1ull << 62;  // ps, later than any event that is handled
constexpr std::uint64_t days_per_step = 64;        // empty moments of the calendar that cost what an event does

/// Looks at every so many of them. Throws GivenUp.
void look(std::uint64_t at) {
  if (at % look_up == 0 && is_given_up()) throw GivenUp();
}

class Simulation {
 public:
  Simulation(const Topology& t, const std::vector<Message>& messages, const PacketSettings& s,
             const std::vector<Message>& asked)
      : topology_(t), asked_(asked), s_(s), events_(moment, 1u << 16) {
    if (const Graph* graph = std::get_if<Graph>(&t.shape))
      for (const Graph::Arc& arc : graph->arcs) hop_of_.push_back(to_ps(arc.latency));
    else
      hop_ = to_ps(std::visit(
          [](const auto& shape) -> double {
            if constexpr (std::is_same_v<std::decay_t<decltype(shape)>, Graph>) return 0;
            else return shape.hop;
          },
          t.shape));
    const std::vector<double> all = capacities(t);
    per_byte_.resize(all.size());
    for (std::size_t l = 0; l < all.size(); ++l) {
      look(l);
      per_byte_[l] = all[l] > 0 ? 1 / (all[l] * picosecond) : 0;
    }
    free_at_.assign(all.size(), 0);
    const std::uint32_t n = hosts(t);
    senders_ = receivers_ = {std::vector<std::uint32_t>(n, none), std::vector<std::uint32_t>(messages.size(), none)};
    host_busy_.assign(n, 0);
    host_free_.assign(n, 0);
    receiver_busy_.assign(n, 0);
    const double round_trip = base_round_trip(t, messages, s);
    const double bandwidth = std::visit(
        [&](const auto& shape) -> double {
          if constexpr (std::is_same_v<std::decay_t<decltype(shape)>, Clos>) return shape.bandwidth[1] * shape.w[1];
          else return messages.empty() ? 1 : first_link_rate(t, messages[0]);
        },
        t.shape);
    const double product = bandwidth * round_trip;
    if (s_.queue <= 0) s_.queue = product;
    if (s_.mark_high <= 0) s_.mark_low = 0.2 * s_.queue, s_.mark_high = 0.8 * s_.queue;
    if (s_.window <= 0) s_.window = 1.5 * product;
    network_ = nscc_network(bandwidth, round_trip, s_.payload, s_.payload + s_.header, s_.trimming);
    product_ = product;
    flows_.resize(messages.size());
    for (std::uint32_t i = 0; i < messages.size(); ++i) {
      look(i);
      add(i, messages[i], bandwidth);
    }
  }

  PacketResult run() {
    const std::uint64_t until = to_ps(s_.until);
    while (!events_.empty()) {
      const std::uint32_t i = events_.pop();
      const std::uint64_t passed = events_[i].time - now_;
      now_ = events_[i].time;
      if (now_ > until) break;
      look(++result_.events);
      // A calendar turns over its empty moments one by one, but no more than it holds.
      result_.steps += 1 + std::min<std::uint64_t>(passed / moment, 1u << 16) / days_per_step;
      if (result_.steps > most_steps) give_up();
      switch (events_[i].kind) {
        case Kind::data:
          forward(i);
          break;
        case Kind::acknowledgement:
          acknowledged(i);
          break;
        case Kind::nack:
          trimmed(i);
          break;
        case Kind::credit:
          credited(i);
          break;
        case Kind::host:
          send(take_host(i));
          break;
        case Kind::receiver:
          grant(take_host(i));
          break;
        case Kind::start:
          start(take_flow(i));
          break;
        case Kind::timeout:
          timeout(take_flow(i));
          break;
        case Kind::flush:
          flush(i);
          break;
        case Kind::notification:
          dcqcn_notify(flows_[events_[i].flow].rate, seconds_now());
          events_.release(i);
          break;
      }
    }
    finish();
    return std::move(result_);
  }

 private:
  static constexpr std::uint64_t moment = 512;  ///< ps

  /// Throws Error: more happens than is followed. Of what has arrived by now half is sure to fit. DCQCN sends all
  /// before much arrives: there an eighth of what is sent.
  [[noreturn]] void give_up() const {
    double all = 0, arrived = 0, sent = 0;
    for (const Message& m : asked_) all += std::max(1.0, std::ceil(m.bytes / s_.payload));
    for (const Flow& f : flows_) {
      arrived += f.received;
      sent += f.next;
    }
    refuse_packets(asked_, s_, (s_.sender == Sender::dcqcn ? sent / 8 : arrived / 2) / all);
  }

  static std::uint64_t to_ps(double s) { return static_cast<std::uint64_t>(std::llround(s / picosecond)); }
  double seconds_now() const { return static_cast<double>(now_) * picosecond; }
  /// ps from the end of a packet on a link to its arrival.
  std::uint64_t hop(LinkId link) const { return hop_of_.empty() ? hop_ : hop_of_[link]; }
  static double first_link_rate(const Topology& t, const Message& m) {
    Path path;
    route(t, m.from, m.to, 0, path);
    return path.empty() ? 1 : capacity(t, path[0]);
  }
  /// Puts an event into the calendar; what lies beyond the calendar's ring is kept in a heap, which takes longer.
  void schedule(std::uint32_t i) {
    if (events_[i].time - now_ > moment << 16) result_.steps += 4;
    events_.schedule(i);
  }
  std::uint32_t take_host(std::uint32_t i) {
    const std::uint32_t host = events_[i].number;
    events_.release(i);
    return host;
  }
  std::uint32_t take_flow(std::uint32_t i) {
    const std::uint32_t flow = events_[i].flow;
    events_.release(i);
    return flow;
  }
  void later(Kind kind, std::uint64_t time, std::uint32_t flow, std::uint32_t number) {
    const std::uint32_t i = events_.create();
    Packet& p = events_[i];
    p.kind = kind;
    p.time = time;
    p.flow = flow;
    p.number = number;
    schedule(i);
  }

  void add(std::uint32_t i, const Message& m, double bandwidth) {
    Flow& f = flows_[i];
    f.from = m.from;
    f.to = m.to;
    f.packets = std::max(1u, static_cast<std::uint32_t>(std::ceil(m.bytes / s_.payload)));
    f.last_bytes = static_cast<std::uint32_t>(std::max(1.0, m.bytes - (f.packets - 1.0) * s_.payload)) + s_.header;
    f.start = to_ps(m.start);
    f.arrived.assign((f.packets + 63) / 64, 0);
    f.skip.assign((s_.entropies + 63) / 64, 0);
    f.rotor = static_cast<std::uint32_t>(mix(s_.seed * 0x9e37 + i) % s_.entropies);
    // An odd stride visits every entropy of a power of two, in an order of the flow's own.
    f.stride = static_cast<std::uint32_t>(mix(s_.seed + 31 * i) % s_.entropies) | 1;
    Path path;
    route(topology_, m.from, m.to, 0, path);
    if (path.size() > most_hops)
      throw Error({}, "level",
                  "follows packets over " + std::to_string(most_hops) + " links at most, not the " +
                      std::to_string(path.size()) + " of a path here",
                  "take a smaller network, or --level flow");
    double data = 0, control = 0;
    for (LinkId l : path) {
      data += static_cast<double>(hop(l)) + (s_.payload + s_.header) * per_byte_[l];
      // Priority waits for the packet that is on the wire: half a packet on average.
      control += static_cast<double>(hop(l)) + s_.header * per_byte_[l];
    }
    f.control_latency = static_cast<std::uint64_t>(control);
    // A link out of the host that is faster than its NIC is the scale-up domain's.
    const double nic = bandwidth;
    if (!path.empty()) bandwidth = std::max(nic, 1 / (per_byte_[path[0]] * picosecond));
    f.per_byte = 1 / (bandwidth * picosecond);
    f.window.base = (data + control) * picosecond;
    f.window.least = s_.payload + s_.header;
    f.window.most = 1.5 * bandwidth * f.window.base;
    f.window.window = std::clamp(s_.window * bandwidth / nic, f.window.least, std::max(f.window.most, s_.window));
    f.window.mean_delay = 0;
    f.rate.line = f.rate.rate = f.rate.target = bandwidth;
    later(Kind::start, f.start, i, 0);
  }

  void start(std::uint32_t i) {
    Flow& f = flows_[i];
    f.progress = now_;
    if (s_.sender == Sender::credit) {
      const double product = std::max(product_, f.window.base / picosecond / f.per_byte);
      f.credits = static_cast<std::uint32_t>(
          std::clamp(product / (s_.payload + s_.header), 1.0, static_cast<double>(f.packets)));
      f.uncredited = f.packets - f.credits;
    }
    if (f.from == f.to) {
      complete(f);
      return;
    }
    senders_.add(f.from, i);
    if (!s_.trimming && s_.sender != Sender::dcqcn) later(Kind::timeout, now_ + to_ps(s_.timeout), i, 0);
    wake(f.from);
  }

  void wake(Host host) {
    if (host_busy_[host]) return;
    host_busy_[host] = 1;
    later(Kind::host, std::max(now_, host_free_[host]), 0, host);
  }

  std::uint32_t size_of(const Flow& f, std::uint32_t number) const {
    return number + 1 == f.packets ? f.last_bytes : s_.payload + s_.header;
  }

  bool may_send(Flow& f, std::uint64_t& wait) {
    if (f.done || (f.again.empty() && f.next == f.packets)) return false;
    const double size = f.again.empty() ? size_of(f, f.next) : s_.payload + s_.header;
    if (s_.sender == Sender::nscc) return f.bytes_in_flight + size <= f.window.window || f.bytes_in_flight <= 0;
    if (s_.sender == Sender::credit) return f.credits > 0;
    if (f.next_send <= now_) return true;
    wait = std::min(wait, f.next_send);
    return false;
  }

  /// The next of a host's flows, in turn, that is ready; those that are done leave the turn.
  template <class Ready>
  std::optional<std::uint32_t> in_turn(Turns& turns, Host host, Ready ready) {
    std::uint32_t& last = turns.last[host];
    for (const std::uint32_t end = last; last != none;) {
      const std::uint32_t i = turns.next[last];
      ++result_.steps;
      const bool all = i == end;
      if (flows_[i].done) {
        if (i == last) last = none;
        else turns.next[last] = turns.next[i];
      } else {
        last = i;
        if (ready(flows_[i])) return i;
      }
      if (all) break;
    }
    return std::nullopt;
  }

  /// A host's NIC is free: the next of its flows, in turn, that may send does.
  void send(Host host) {
    host_busy_[host] = 0;
    std::uint64_t wait = std::numeric_limits<std::uint64_t>::max();
    if (const auto i = in_turn(senders_, host, [&](Flow& f) { return may_send(f, wait); })) {
      Flow& f = flows_[*i];
      std::uint32_t number;
      if (!f.again.empty()) {
        number = f.again.back();
        f.again.pop_back();
        ++result_.retransmitted;
      } else {
        number = f.next++;
      }
      emit(*i, number);
      host_busy_[host] = 1;
      later(Kind::host, host_free_[host], 0, host);
      return;
    }
    if (wait != std::numeric_limits<std::uint64_t>::max()) {
      host_busy_[host] = 1;
      later(Kind::host, std::max(wait, now_ + 1), 0, host);
    }
  }

  void emit(std::uint32_t i, std::uint32_t number) {
    Flow& f = flows_[i];
    const std::uint32_t bytes = size_of(f, number);
    f.bytes_in_flight += bytes;
    if (s_.sender == Sender::credit && f.credits > 0) --f.credits;
    if (s_.sender == Sender::dcqcn) {
      dcqcn_advance(f.rate, seconds_now());
      f.next_send = now_ + to_ps(bytes / f.rate.rate);
    }
    std::uint32_t entropy = 0;
    if (s_.routing == Routing::spray) {
      // Entropies in turn; one whose last packet was marked is passed over once.
      for (std::uint32_t tries = 0; tries < s_.entropies; ++tries) {
        f.rotor = (f.rotor + f.stride) % s_.entropies;
        entropy = f.rotor;
        std::uint64_t& word = f.skip[entropy >> 6];
        if ((word >> (entropy & 63) & 1) == 0) break;
        word &= ~(1ull << (entropy & 63));
      }
    }
    path_.clear();
    route(topology_, f.from, f.to, mix(s_.seed) + entropy, path_);
    const std::uint32_t at = events_.create();
    Packet& p = events_[at];
    p.kind = Kind::data;
    p.flow = i;
    p.number = number;
    p.bytes = bytes;
    p.entropy = entropy;
    p.hop = 1;
    p.hops = static_cast<std::uint8_t>(path_.size());
    p.marked = p.trimmed = false;
    // A window of few packets would wait for an acknowledgement that waits for more packets.
    p.ask = s_.sender == Sender::nscc && f.window.window < 2.0 * s_.acks_every * (s_.payload + s_.header);
    p.sent = now_;
    std::copy(path_.begin(), path_.end(), p.links.begin());
    ++result_.packets;
    host_free_[f.from] = now_ + static_cast<std::uint64_t>(bytes * f.per_byte);
    std::uint64_t& free = free_at_[p.links[0]];
    free = std::min(end_of_time, std::max(now_, free) + static_cast<std::uint64_t>(bytes * per_byte_[p.links[0]]));
    p.time = free + hop(p.links[0]);
    schedule(at);
  }

  /// A packet arrives at the queue of its next link, or at its receiver.
  void forward(std::uint32_t i) {
    Packet& p = events_[i];
    if (p.hop == p.hops) {
      deliver(i);
      return;
    }
    const LinkId l = p.links[p.hop];
    std::uint64_t& free = free_at_[l];
    const double per_byte = per_byte_[l];
    const double backlog = free > now_ ? static_cast<double>(free - now_) / per_byte : 0;
    if (!p.trimmed && s_.sender != Sender::dcqcn && backlog + p.bytes > s_.queue) {
      if (!s_.trimming) {
        ++result_.dropped;
        events_.release(i);
        return;
      }
      p.trimmed = true;
      p.bytes = s_.header;
      ++result_.trimmed;
    }
    std::uint64_t departure;
    if (p.trimmed) {
      const double residual = std::min(backlog, (s_.payload + s_.header) / 2.0) * per_byte;
      const auto wire = static_cast<std::uint64_t>(p.bytes * per_byte);
      departure = now_ + static_cast<std::uint64_t>(residual) + wire;
      free = std::min(end_of_time, std::max(free, now_) + wire);
    } else {
      if (!p.marked && backlog > s_.mark_low) {
        const double chance = (backlog - s_.mark_low) / std::max(1.0, s_.mark_high - s_.mark_low);
        p.marked = chance >= 1 || static_cast<double>(mix(p.order ^ mix(s_.seed + p.hop)) >> 11) * 0x1p-53 < chance;
      }
      departure = std::min(end_of_time, std::max(now_, free) + static_cast<std::uint64_t>(p.bytes * per_byte));
      free = departure;
    }
    ++p.hop;
    p.time = departure + hop(l);
    schedule(i);
  }

  void reply(std::uint32_t i, Kind kind) {
    Packet& p = events_[i];
    p.kind = kind;
    p.time = now_ + flows_[p.flow].control_latency;
    schedule(i);
  }

  void deliver(std::uint32_t i) {
    Packet& p = events_[i];
    Flow& f = flows_[p.flow];
    if (s_.sender == Sender::credit) {
      if (!f.known) {
        f.known = true;
        receivers_.add(f.to, p.flow);
      }
      if (p.trimmed) ++f.uncredited;
      wake_receiver(f.to);
    }
    if (p.trimmed) {
      reply(i, Kind::nack);
      return;
    }
    if (p.marked) ++result_.marked;
    std::uint64_t& word = f.arrived[p.number >> 6];
    const std::uint64_t bit = 1ull << (p.number & 63);
    if ((word & bit) == 0) {
      word |= bit;
      ++f.received;
    }
    ++f.unacknowledged;
    f.unacknowledged_bytes += p.bytes;
    if (s_.sender == Sender::dcqcn && p.marked &&
        (f.last_notification == 0 || now_ - f.last_notification > to_ps(50e-6))) {
      f.last_notification = now_;
      later(Kind::notification, now_ + f.control_latency, p.flow, 0);
    }
    if (p.marked || p.ask || f.unacknowledged >= s_.acks_every || f.received == f.packets) {
      // The acknowledgement reuses the packet: bytes are what it acknowledges, hop the packets.
      p.bytes = static_cast<std::uint32_t>(f.unacknowledged_bytes);
      p.number = f.unacknowledged;
      f.unacknowledged = 0;
      f.unacknowledged_bytes = 0;
      reply(i, Kind::acknowledgement);
      return;
    }
    f.last_sent = p.sent;
    f.last_arrival = now_;
    if (!f.flushing) {
      f.flushing = true;
      p.kind = Kind::flush;
      p.time = now_ + to_ps(f.window.base);
      schedule(i);
    } else {
      events_.release(i);
    }
  }

  /// A round trip after a packet came that was not acknowledged: the sender, whose window may have shrunk below what it
  /// has in flight, must hear of it.
  void flush(std::uint32_t i) {
    Packet& p = events_[i];
    Flow& f = flows_[p.flow];
    f.flushing = false;
    if (f.unacknowledged == 0 || f.done) {
      events_.release(i);
      return;
    }
    p.bytes = static_cast<std::uint32_t>(f.unacknowledged_bytes);
    p.number = f.unacknowledged;
    p.sent = f.last_sent + (now_ - f.last_arrival);
    p.marked = false;
    f.unacknowledged = 0;
    f.unacknowledged_bytes = 0;
    reply(i, Kind::acknowledgement);
  }

  void acknowledged(std::uint32_t i) {
    const Packet& p = events_[i];
    Flow& f = flows_[p.flow];
    f.bytes_in_flight = std::max(0.0, f.bytes_in_flight - p.bytes);
    f.progress = now_;
    if (p.marked && s_.routing == Routing::spray) f.skip[p.entropy >> 6] |= 1ull << (p.entropy & 63);
    if (s_.sender == Sender::nscc)
      nscc_ack(f.window, network_, seconds_now(), p.bytes, static_cast<double>(now_ - p.sent) * picosecond, p.marked,
               f.bytes_in_flight);
    if (!f.done && f.received == f.packets) complete(f);
    events_.release(i);
    wake(f.from);
  }

  void trimmed(std::uint32_t i) {
    const Packet& p = events_[i];
    Flow& f = flows_[p.flow];
    const double bytes = size_of(f, p.number);
    f.bytes_in_flight = std::max(0.0, f.bytes_in_flight - bytes);
    f.again.push_back(p.number);
    f.progress = now_;
    if (s_.routing == Routing::spray) f.skip[p.entropy >> 6] |= 1ull << (p.entropy & 63);
    if (s_.sender == Sender::nscc) nscc_nack(f.window, network_, seconds_now(), bytes, f.bytes_in_flight);
    events_.release(i);
    wake(f.from);
  }

  void wake_receiver(Host host) {
    if (receiver_busy_[host]) return;
    receiver_busy_[host] = 1;
    later(Kind::receiver, now_, 0, host);
  }

  /// A receiver grants one packet to the next of its senders, in turn, at the rate its link can take them.
  void grant(Host host) {
    receiver_busy_[host] = 0;
    const auto i = in_turn(receivers_, host, [](const Flow& f) { return f.uncredited > 0; });
    if (!i) return;
    Flow& f = flows_[*i];
    --f.uncredited;
    later(Kind::credit, now_ + f.control_latency, *i, 0);
    receiver_busy_[host] = 1;
    later(Kind::receiver, now_ + static_cast<std::uint64_t>((s_.payload + s_.header) * f.per_byte), 0, host);
  }

  void credited(std::uint32_t i) {
    Flow& f = flows_[events_[i].flow];
    events_.release(i);
    ++f.credits;
    wake(f.from);
  }

  void timeout(std::uint32_t i) {
    Flow& f = flows_[i];
    if (f.done) return;
    if (now_ - f.progress >= to_ps(s_.timeout)) {
      // Nothing heard: what was sent and has not arrived is sent again.
      f.again.clear();
      result_.steps += f.next / 64;
      for (std::uint32_t n = f.next; n-- > 0;)
        if ((f.arrived[n >> 6] >> (n & 63) & 1) == 0) f.again.push_back(n);
      f.bytes_in_flight = 0;
      f.window.window = std::max(f.window.window / 2, f.window.least);
      if (s_.sender == Sender::credit)
        f.credits = std::max<std::uint32_t>(f.credits, static_cast<std::uint32_t>(f.again.size()));
      f.progress = now_;
      wake(f.from);
    }
    later(Kind::timeout, now_ + to_ps(s_.timeout), i, 0);
  }

  void complete(Flow& f) {
    f.done = true;
    f.progress = now_;
  }

  void finish() {
    std::vector<double> done;
    for (const Flow& f : flows_) {
      result_.completion.push_back(f.done ? static_cast<double>(f.progress - f.start) * picosecond : infinity);
      if (f.done) done.push_back(result_.completion.back());
      else ++result_.unfinished;
    }
    for (double d : done) result_.mean += d / static_cast<double>(done.size());
    if (done.empty()) return;
    result_.p50 = quantile(done, 0.5);
    result_.p99 = quantile(done, 0.99);
    result_.max = quantile(done, 1);
  }

  const Topology& topology_;
  const std::vector<Message>& asked_;  ///< for what they are a trial, or themselves
  PacketSettings s_;
  Calendar<Packet> events_;
  std::uint64_t now_ = 0, hop_ = 0;
  std::vector<std::uint64_t> hop_of_;  ///< ps, per link of a graph
  std::vector<double> per_byte_;       ///< ps per byte, per link
  std::vector<std::uint64_t> free_at_;
  Turns senders_, receivers_;
  std::vector<char> host_busy_, receiver_busy_;
  std::vector<std::uint64_t> host_free_;
  double product_ = 0;
  NsccNetwork network_;
  std::vector<Flow> flows_;
  Path path_;
  PacketResult result_;
};

}  // namespace

PacketResult simulate_packets(const Topology& t, const std::vector<Message>& messages, const PacketSettings& s) {
  if (s.payload < 1 || s.acks_every < 1 || s.entropies < 1 || !(s.until > 0))
    throw Error({}, "packets", "carry nothing or never end",
                "give a payload, acks_every, entropies and until above zero");
  for (const Message& m : messages)
    if (m.from >= hosts(t) || m.to >= hosts(t) || !(m.bytes >= 0) || !(m.start >= 0))
      throw Error({}, "messages", "name a host outside the network or a size or start below zero",
                  "hosts are 0 to " + std::to_string(hosts(t) - 1));
  const double share = share_of_packets(t, messages, s, sizeof(Flow));
  if (share >= 1) return Simulation(t, messages, s, messages).run();
  // Where several send to one, or by hash over one link, retransmissions are many: the size that is named is tried.
  std::vector<Host> receivers;
  double most = 0;
  for (const Message& m : messages) {
    receivers.push_back(m.to);
    most = std::max(most, m.bytes);
  }
  std::sort(receivers.begin(), receivers.end());
  const bool several = std::adjacent_find(receivers.begin(), receivers.end()) != receivers.end();
  if (several || s.routing == Routing::ecmp) {
    std::vector<Message> fewer = messages;
    for (Message& m : fewer) m.bytes = std::min(m.bytes, rounded_down(share * most));
    Simulation(t, fewer, s, messages).run();
  }
  refuse_packets(messages, s, share);
}

}  // namespace orrery::network
