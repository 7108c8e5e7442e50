#include "machine/operations/job_run.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <queue>

#include "base/parallel.h"

namespace orrery::operations {
namespace {

enum class Kind : std::uint8_t { repaired, crew_free, found, domain_back, resumed };

struct Event {
  double time = 0;
  std::uint64_t order = 0;  ///< events of one time come in the order in which they were made
  Kind kind = Kind::repaired;
  std::uint32_t of = 0;  ///< the host; the domain; what was found
  bool operator>(const Event& o) const { return time != o.time ? time > o.time : order > o.order; }
};

class Run {
 public:
  Run(const JobRun& job, const std::vector<Fault>& faults, const Frailty& frailty, FaultSource& source, Watch* watch)
      : job_(job),
        faults_(faults),
        frailty_(frailty),
        source_(source),
        watch_(watch),
        copies_(job.tiers),
        stall_(stall(Chips(job.accelerators), job.recovery)) {
    const std::uint32_t all = job.fleet.hosts;
    out_.interruptions.assign(faults.size(), 0);
    state_.assign(all, State::spare);
    domain_of_.assign(all, none);
    faults_of_.assign(job.renew_after > 0 ? all : 0, 0);
    in_domain_ =
        job.recovery.domain > Chips(0)
            ? std::clamp(std::round(job.recovery.domain.value() / job.fleet.accelerators), 1.0, double(job.hosts))
            : job.hosts;
    domains_.resize(static_cast<std::size_t>(std::ceil(job.hosts / in_domain_)));
    for (std::uint32_t h = 0; h < all; ++h) {
      if (h < job.hosts) {
        state_[h] = State::at_work;
        domain_of_[h] = static_cast<std::uint32_t>(h / in_domain_);
        ++domains_[domain_of_[h]].hosts;
      } else {
        spares_.push_back(h);
      }
    }
    ready_ = all - job.hosts;
    blocking_ = job.recovery.from_checkpoint ? 0 : job.recovery.blocking;
    blocking_ = 1 - (1 - blocking_) * (1 - copies_.finer_blocking());
  }

  Outcome run() {
    FaultEvent next;
    bool more = source_.next(next);
    for (std::uint32_t events = 0;; ++events) {
      if (events % 4096 == 0 && is_given_up()) throw GivenUp();
      const double fault_at = more ? next.time : infinity, event_at = events_.empty() ? infinity : events_.top().time;
      const double at = std::min({fault_at, event_at, job_.length});
      advance(at);
      if (at >= job_.length) break;
      if (event_at <= fault_at) {
        const Event event = events_.top();
        events_.pop();
        happen(event);
      } else {
        happen(next);
        more = source_.next(next);
      }
    }
    return finished();
  }

 private:
  static constexpr std::uint32_t none = 0xffffffffu;
  enum class State : std::uint8_t { spare, at_work, out };
  struct OfDomain {
    std::uint32_t hosts = 0, missing = 0;
    std::uint64_t back = 0;  ///< the order of the event that brings it back; 0: it is at work, or lacks hosts
    bool down = false;
  };
  /// What nobody has noticed yet.
  struct Hidden {
    FaultEvent event;
    double position = 0;  ///< of the job when it came
  };

  const JobRun& job_;
  const std::vector<Fault>& faults_;
  const Frailty& frailty_;
  FaultSource& source_;
  Watch* watch_;
  Copies copies_;
  const Stall stall_;
  Outcome out_;

  double now_ = 0, in_domain_ = 1, blocking_ = 0;
  std::vector<State> state_;
  std::vector<std::uint32_t> domain_of_, faults_of_;
  std::vector<bool> renewed_;
  std::vector<OfDomain> domains_;
  std::deque<std::uint32_t> spares_, lacking_;  ///< hosts; domains that lack one, each as often as it does
  std::vector<std::uint32_t> fell_, complete_;  ///< domains of one fault; those that spares have made whole
  std::uint32_t ready_ = 0, hosts_out_ = 0, down_hosts_ = 0, missing_ = 0;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t order_ = 0;

  bool stalled_ = false;
  double stall_from_ = 0, stall_until_ = 0;  ///< infinite while the job waits for hosts
  double skipped_ = 0;                       ///< s of its phases that are not needed
  std::uint64_t resumes_ = 0;                ///< the order of the event that ends the stall
  std::uint32_t stalled_by_ = 0, stalled_at_ = 0;

  std::deque<std::pair<std::uint32_t, double>> queue_;  ///< hosts that wait for a crew, and how long they are out
  std::deque<double> queued_;
  std::uint32_t busy_ = 0, by_crews_ = 0;   ///< crews; repairs that need one
  std::map<std::uint32_t, Hidden> hidden_;  ///< what will be found, by the number of its event
  std::uint32_t hidden_so_far_ = 0;
  std::map<std::uint32_t, std::uint32_t> slow_;  ///< of slow hosts the fault that slows them
  std::vector<double> repair_from_;
  double slower_ = 0, seen_until_ = 0;

  double& part(Part p) { return out_.part[static_cast<std::size_t>(p)]; }
  bool in_domains() const { return job_.recovery.domain > Chips(0); }
  std::uint64_t plan(double time, Kind kind, std::uint32_t of) {
    events_.push({time, ++order_, kind, of});
    return order_;
  }
  double speed() const {
    if (stalled_) return 0;
    return (1 - double(down_hosts_) / job_.hosts) * (1 - slower_) * (1 - blocking_);
  }

  double moment(std::size_t which) const { return job_.length * (double(which) / double(watch_->moments)); }
  /// Adds the speed until then to the moment that is seen.
  void see(double to) {
    if (!watch_ || watch_->seen.empty()) return;
    watch_->seen.back().speed += (to - std::max(seen_until_, watch_->seen.back().time)) * speed() *
                                 static_cast<double>(watch_->moments) / job_.length;
    seen_until_ = to;
  }

  void advance(double to) {
    const double length = to - now_;
    if (watch_ && watch_->moments > 0)
      while (watch_->seen.size() < watch_->moments) {
        const double at = moment(watch_->seen.size());
        if (at > to || (at == to && to < job_.length)) break;
        see(at);
        watch_->seen.push_back({at, hosts_out_, ready_, 0, 0});
      }
    see(to);
    if (length <= 0) return;
    out_.hosts_out += length * hosts_out_;
    if (missing_ > 0) out_.short_of_hosts += length;
    if (!stalled_) {
      const double working = 1 - double(down_hosts_) / job_.hosts;
      const double blocked = copies_.run(now_, length, speed()), at_work = length - blocked;
      part(Part::checkpoints) += blocked + at_work * working * (1 - slower_) * blocking_;
      part(Part::out) += at_work * (1 - working);
      part(Part::slow) += at_work * working * slower_;
    }
    now_ = to;
  }

  /// Counts the part of a stall that is over, phase by phase; what is left is waiting for hosts.
  void count_stall(double from, double until, double skipped) {
    double left = until - from, skip = skipped;
    for (const auto& [phase, p] : {std::pair{stall_.detect, Part::noticed},
                                   {stall_.replace, Part::replaced},
                                   {stall_.communicators, Part::communicators},
                                   {stall_.load, Part::loaded},
                                   {stall_.warm_up, Part::warm_up}}) {
      const double jumped = std::min(skip, phase), taken = std::min(left, phase - jumped);
      skip -= jumped, left -= taken;
      part(p) += taken;
    }
    part(Part::waiting) += left;
  }

  void end_stall() {
    if (!stalled_) return;
    if (std::isinf(stall_until_)) {
      // Waited for hosts so far: the notice, then waiting.
      const double waited = now_ - stall_from_, noticed = std::min(waited, std::max(stall_.detect - skipped_, 0.0));
      part(Part::noticed) += noticed, part(Part::waiting) += waited - noticed;
    } else {
      count_stall(stall_from_, now_, skipped_);
    }
    if (watch_ && watch_->interruptions.size() < watch_->most_spells && now_ > stall_from_)
      watch_->interruptions.push_back({stall_from_, now_, stalled_by_, stalled_at_});
    stalled_ = false;
  }

  /// The job stands from now on; skipped: s of the stall that it needs no more.
  void begin_stall(double skipped) {
    end_stall();
    skipped_ = skipped;
    const double length = std::max(stall_.total() - skipped, 0.0);
    const bool waits = !in_domains() && missing_ > 0;
    if (!waits && length <= 0) return;
    stalled_ = true, stall_from_ = now_;
    stall_until_ = waits ? infinity : now_ + length;
    resumes_ = waits ? 0 : plan(stall_until_, Kind::resumed, 0);
  }

  /// Puts spares where hosts are missing. Gives the domains that are complete again.
  void fill() {
    complete_.clear();
    while (missing_ > 0) {
      std::uint32_t host = none;
      while (!spares_.empty() && host == none) {
        // One that failed while it was spare stands here still.
        if (state_[spares_.front()] == State::spare) host = spares_.front();
        spares_.pop_front();
      }
      if (host == none) return;
      const std::uint32_t d = lacking_.front();
      lacking_.pop_front();
      state_[host] = State::at_work, domain_of_[host] = d;
      --ready_, --missing_;
      if (--domains_[d].missing == 0) complete_.push_back(d);
    }
  }

  /// A domain that is complete again joins the others after its time out, which begins when the stall ends.
  void bring_back(std::uint32_t d) {
    domains_[d].back =
        plan(std::max(now_, stalled_ ? stall_until_ : now_) + job_.recovery.out.value(), Kind::domain_back, d);
  }

  void take_down(std::uint32_t d) {
    if (domains_[d].down) return;
    domains_[d].down = true;
    down_hosts_ += domains_[d].hosts;
  }

  void send_to_repair(std::uint32_t host, double length, std::uint32_t fault) {
    if (watch_ && watch_->most_spells > 0) {
      if (repair_from_.empty()) repair_from_.assign(state_.size(), 0);
      repair_from_[host] = now_;
      if (watch_->repairs.size() < watch_->most_spells) watch_->repairs.push_back({now_, infinity, fault, host});
    }
    // What takes several hosts with it is repaired itself; its hosts need no crew each.
    const bool needs_crew = job_.crews > 0 && !takes_several(faults_[fault].domain);
    by_crews_ += needs_crew;
    if (!needs_crew || busy_ < job_.crews) {
      begin_repair(host, length, needs_crew);
      return;
    }
    queue_.push_back({host, length}), queued_.push_back(now_);
    out_.longest_queue = std::max(out_.longest_queue, double(queue_.size()));
  }

  void begin_repair(std::uint32_t host, double length, bool by_crew) {
    if (by_crew) {
      ++busy_;
      plan(now_ + std::min(job_.hands_on, length), Kind::crew_free, host);
    }
    plan(now_ + length, Kind::repaired, host);
  }

  /// A host goes out of service, whatever it did.
  void take_out(std::uint32_t host, double length, std::uint32_t fault) {
    if (state_[host] == State::out) return;
    if (job_.renew_after > 0 && !takes_several(faults_[fault].domain) && ++faults_of_[host] >= job_.renew_after) {
      faults_of_[host] = 0, ++out_.renewed;
      if (renewed_.empty()) renewed_.assign(state_.size(), false);
      renewed_[host] = true;
      length = std::max(length, job_.renewal);
    }
    if (state_[host] == State::at_work) {
      const std::uint32_t d = domain_of_[host];
      ++missing_, ++domains_[d].missing;
      domains_[d].back = 0;
      lacking_.push_back(d);
    } else {
      --ready_;
    }
    state_[host] = State::out;
    ++hosts_out_;
    out_.most_out = std::max(out_.most_out, double(hosts_out_));
    forget_slow(host);
    send_to_repair(host, length, fault);
  }

  void forget_slow(std::uint32_t host) {
    if (slow_.erase(host) == 0) return;
    slower_ = 0;
    for (const auto& slow : slow_) slower_ = std::max(slower_, faults_[slow.second].slower);
  }

  /// Work before a position stands; what was corrupted after it is undone.
  void forget_corruption() {
    std::erase_if(hidden_, [&](const auto& h) {
      return faults_[h.second.event.fault].effect == Effect::corrupt && h.second.position > copies_.position();
    });
  }

  /// Looks for a host at work, or spare, as the fault is of one. A host that was sent back fails as often as others: of
  /// its former faults that part comes to pass.
  bool give_to_host(FaultEvent& e) {
    const auto is_one = [&] { return state_[e.host] == (e.spare ? State::spare : State::at_work); };
    // As many fail as are there.
    const double there = e.spare ? ready_ : job_.hosts - missing_,
                 of = e.spare ? job_.fleet.hosts - job_.hosts : job_.hosts;
    if (e.there * of > there) return false;
    while (!is_one())
      if (!source_.another_host(e)) return state_[e.host] != State::out;
    return renewed_.empty() || !renewed_[e.host] || frailty_.weight(e.host) * e.keep <= 1;
  }

  void happen(FaultEvent e) {
    const Fault& fault = faults_[e.fault];
    if (!takes_several(fault.domain) && !give_to_host(e)) return;
    ++out_.faults;
    if (fault.effect != Effect::stop) {
      if (state_[e.host] == State::at_work) hide(e);
      return;
    }
    stop(e, fault.domain, 0, true);
  }

  /// A fault, or what was found, stops the job, if it is at work there.
  void stop(const FaultEvent& e, Domain domain, double skipped, bool lost) {
    const std::uint32_t size = std::max(job_.fleet.size[static_cast<std::size_t>(domain)], 1u);
    const std::uint32_t first = takes_several(domain) ? e.host / size * size : e.host;
    const std::uint32_t last = takes_several(domain) ? std::min(first + size, job_.fleet.hosts) : e.host + 1;
    bool hit = false;
    fell_.clear();
    for (std::uint32_t h = first; h < last; ++h) {
      if (state_[h] == State::at_work) {
        const std::uint32_t d = domain_of_[h];
        hit = hit || !domains_[d].down;
        if ((fell_.empty() || fell_.back() != d) && (e.out > 0 || !domains_[d].down)) fell_.push_back(d);
      }
      if (e.out > 0) take_out(h, e.out, e.fault);
    }
    if (hit && lost) {
      part(Part::replay) += copies_.take_back(now_, domain);
      forget_corruption();
    }
    // What fails while the job waits for hosts interrupts nothing.
    hit = hit && !(stalled_ && std::isinf(stall_until_));
    if (hit) {
      ++out_.interruptions[e.fault];
      if (watch_ && !watch_->seen.empty()) ++watch_->seen.back().interruptions;
    }
    if (in_domains())
      for (const std::uint32_t d : fell_) take_down(d);
    fill();
    if (hit) {
      stalled_by_ = e.fault, stalled_at_ = e.host;
      begin_stall(skipped);
    }
    if (in_domains())
      for (const std::uint32_t d : fell_)
        if (domains_[d].missing == 0) bring_back(d);
  }

  void hide(const FaultEvent& e) {
    const Fault& fault = faults_[e.fault];
    if (fault.effect == Effect::slow) {
      const auto [at, fresh] = slow_.try_emplace(e.host, e.fault);
      if (!fresh && faults_[at->second].slower < fault.slower) at->second = e.fault;
      slower_ = std::max(slower_, fault.slower);
    }
    if (std::isfinite(e.found)) {
      hidden_[++hidden_so_far_] = {e, copies_.position()};
      plan(now_ + e.found, Kind::found, hidden_so_far_);
    } else if (fault.effect == Effect::corrupt) {
      ++out_.unnoticed;
    }
  }

  void find(std::uint32_t which) {
    const auto found = hidden_.find(which);
    if (found == hidden_.end()) return;
    const FaultEvent e = found->second.event;
    const double position = found->second.position;
    hidden_.erase(found);
    const Fault& fault = faults_[e.fault];
    // It was looked for: nothing of the stall goes into noticing it.
    const double skipped = stall_.detect;
    if (fault.effect == Effect::corrupt) {
      part(Part::corrupt) += copies_.take_back_before(now_, position);
      forget_corruption();
    } else if (!slow_.contains(e.host)) {
      return;  // it has failed since
    }
    forget_slow(e.host);
    if (state_[e.host] == State::at_work) {
      stop(e, fault.domain, skipped, false);
    } else if (fault.effect == Effect::corrupt && !(stalled_ && std::isinf(stall_until_))) {
      // The host is gone; the job goes back all the same.
      ++out_.interruptions[e.fault];
      stalled_by_ = e.fault, stalled_at_ = e.host;
      begin_stall(skipped);
    }
  }

  void happen(const Event& e) {
    switch (e.kind) {
      case Kind::repaired:
        state_[e.of] = State::spare;
        --hosts_out_, ++ready_;
        spares_.push_back(e.of);
        if (!repair_from_.empty()) end_repair(e.of);
        fill();
        if (in_domains())
          for (const std::uint32_t d : complete_) bring_back(d);
        else if (stalled_ && std::isinf(stall_until_) && missing_ == 0)
          begin_stall(std::max(skipped_, std::min(now_ - stall_from_ + skipped_, stall_.detect)));
        return;
      case Kind::crew_free:
        --busy_;
        if (!queue_.empty()) {
          const auto [host, length] = queue_.front();
          out_.waited_for_crews += now_ - queued_.front();
          queue_.pop_front(), queued_.pop_front();
          begin_repair(host, length, true);
        }
        return;
      case Kind::found:
        find(e.of);
        return;
      case Kind::domain_back:
        if (domains_[e.of].back != e.order) return;
        domains_[e.of].back = 0, domains_[e.of].down = false;
        down_hosts_ -= domains_[e.of].hosts;
        return;
      case Kind::resumed:
        if (stalled_ && resumes_ == e.order) end_stall();
        return;
    }
  }

  void end_repair(std::uint32_t host) {
    for (auto spell = watch_->repairs.rbegin(); spell != watch_->repairs.rend(); ++spell)
      if (spell->host == host && spell->from == repair_from_[host]) {
        spell->to = now_;
        return;
      }
  }

  Outcome finished() {
    end_stall();
    if (watch_)
      for (Spell& spell : watch_->repairs) spell.to = std::min(spell.to, job_.length);
    part(Part::progress) = copies_.position();
    for (double& share : out_.part) share *= (1 - job_.other) / job_.length;
    part(Part::other) += job_.other;
    out_.hosts_out /= job_.length * job_.fleet.hosts, out_.most_out /= job_.fleet.hosts;
    out_.short_of_hosts /= job_.length;
    for (const double since : queued_) out_.waited_for_crews += job_.length - since;
    if (by_crews_ > 0) out_.waited_for_crews /= by_crews_;
    return std::move(out_);
  }
};

}  // namespace

Outcome run_job(const JobRun& job, const std::vector<Fault>& faults, const Frailty& frailty, FaultSource& source,
                Watch* watch) {
  return Run(job, faults, frailty, source, watch).run();
}

}  // namespace orrery::operations
