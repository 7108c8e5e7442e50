#include "study/sankey.h"

#include <algorithm>
#include <cmath>

namespace orrery::study {
namespace {

constexpr double widest = 12;   // lines of text of what flows through the fullest column
constexpr double above = 2;     // lines above a party, for its name
constexpr double least = 0.08;  // of a band that would not be seen
constexpr int sweeps = 4;       // over the columns, forth and back

bool is_drawn(const SankeyFlow& f) {
  return f.from != f.to && f.amount > 0 && std::isfinite(f.amount);
}

/// The parties so that as little as may be flows from a later one to an earlier: again and again the one that pays most
/// more than it is paid by those that are left.
std::vector<std::size_t> order_of(std::size_t parties, const std::vector<SankeyFlow>& flows) {
  std::vector<std::size_t> place(parties);
  std::vector<bool> left(parties, true);
  for (std::size_t n = 0; n < parties; ++n) {
    std::vector<double> more(parties), paid(parties);
    for (const SankeyFlow& f : flows)
      if (is_drawn(f) && left[f.from] && left[f.to])
        more[f.from] += f.amount, more[f.to] -= f.amount, paid[f.to] += f.amount;
    std::size_t next = parties;
    for (std::size_t p = 0; p < parties; ++p) {
      if (!left[p]) continue;
      // Whom nobody pays any more comes first, however little it pays.
      const bool source = paid[p] == 0;
      if (next == parties || std::pair(source, more[p]) > std::pair(paid[next] == 0, more[next])) next = p;
    }
    left[next] = false, place[next] = n;
  }
  return place;
}

class Layout {
 public:
  Layout(std::size_t parties, const std::vector<SankeyFlow>& flows, const std::vector<bool>& last)
      : flows_(flows), last_(last) {
    out_.parties.resize(parties), out_.bands.resize(flows.size());
    find_columns();
    order_columns();
    find_heights();
    place();
  }

  Sankey result() && { return std::move(out_); }

 private:
  bool is_last(std::size_t party) const { return party < last_.size() && last_[party]; }
  SankeyParty& at(std::size_t party) { return out_.parties[party]; }

  void find_columns() {
    const std::size_t parties = out_.parties.size();
    const std::vector<std::size_t> place = order_of(parties, flows_);
    for (SankeyParty& p : out_.parties) p.column = -1;
    for (std::size_t k = 0; k < flows_.size(); ++k) {
      if (!is_drawn(flows_[k])) continue;
      out_.bands[k].back = place[flows_[k].from] > place[flows_[k].to];
      at(flows_[k].from).column = at(flows_[k].to).column = 0;
    }
    std::vector<std::size_t> order(parties);
    for (std::size_t p = 0; p < parties; ++p) order[place[p]] = p;
    for (const std::size_t p : order)
      for (std::size_t k = 0; k < flows_.size(); ++k)
        if (is_drawn(flows_[k]) && flows_[k].from == p && !out_.bands[k].back)
          at(flows_[k].to).column = std::max(at(flows_[k].to).column, at(p).column + 1);
    for (const SankeyParty& p : out_.parties) out_.columns = std::max(out_.columns, p.column + 1);
    for (std::size_t p = 0; p < parties; ++p)
      if (is_last(p) && at(p).column >= 0) at(p).column = out_.columns - 1;
    for (std::size_t k = 0; k < flows_.size(); ++k)
      if (is_drawn(flows_[k])) out_.bands[k].back = at(flows_[k].from).column >= at(flows_[k].to).column;
    columns_.resize(static_cast<std::size_t>(out_.columns));
    for (std::size_t p = 0; p < parties; ++p)
      if (at(p).column >= 0) columns_[static_cast<std::size_t>(at(p).column)].push_back(p);
  }

  void order_columns() {
    std::vector<double> rank(out_.parties.size());
    const auto number = [&](const std::vector<std::size_t>& column) {
      for (std::size_t i = 0; i < column.size(); ++i)
        rank[column[i]] = (static_cast<double>(i) + 0.5) / static_cast<double>(column.size());
    };
    for (const auto& column : columns_) number(column);
    for (int sweep = 0; sweep < sweeps; ++sweep)
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::vector<std::size_t>& column = columns_[sweep % 2 == 0 ? i : columns_.size() - 1 - i];
        std::vector<double> mean(out_.parties.size());
        for (const std::size_t p : column) {
          double sum = 0, weight = 0;
          for (std::size_t k = 0; k < flows_.size(); ++k) {
            if (!is_drawn(flows_[k]) || out_.bands[k].back) continue;
            if (flows_[k].to == p) sum += flows_[k].amount * rank[flows_[k].from], weight += flows_[k].amount;
            if (flows_[k].from == p) sum += flows_[k].amount * rank[flows_[k].to], weight += flows_[k].amount;
          }
          mean[p] = weight > 0 ? sum / weight : rank[p];
        }
        std::stable_sort(column.begin(), column.end(), [&](std::size_t a, std::size_t b) { return mean[a] < mean[b]; });
        number(column);
      }
  }

  void find_heights() {
    double most = 0;
    for (const auto& column : columns_) {
      double through = 0;
      for (const std::size_t p : column) {
        double in = 0, out = 0;
        for (const SankeyFlow& f : flows_) {
          if (!is_drawn(f)) continue;
          if (f.to == p) in += f.amount;
          if (f.from == p) out += f.amount;
        }
        through += std::max(in, out);
      }
      most = std::max(most, through);
    }
    for (std::size_t k = 0; k < flows_.size(); ++k)
      if (is_drawn(flows_[k])) out_.bands[k].width = std::max(least, widest * flows_[k].amount / most);
  }

  /// The room of a band at its ends.
  static double room(const SankeyBand& band) { return std::max(1.0, band.width); }

  /// The bands that leave a party, or reach it.
  std::vector<std::size_t> bands_of(std::size_t party, bool out) const {
    std::vector<std::size_t> bands;
    for (std::size_t k = 0; k < flows_.size(); ++k)
      if (is_drawn(flows_[k]) && (out ? flows_[k].from : flows_[k].to) == party) bands.push_back(k);
    return bands;
  }

  double rooms_of(std::size_t party, bool out) const {
    double sum = 0;
    for (const std::size_t k : bands_of(party, out)) sum += room(out_.bands[k]);
    return sum;
  }

  void place() {
    std::vector<double> heights;
    for (const auto& column : columns_) {
      double height = 0;
      for (const std::size_t p : column) {
        at(p).height = std::max(rooms_of(p, true), rooms_of(p, false));
        height += above + at(p).height;
      }
      heights.push_back(height), out_.height = std::max(out_.height, height);
    }
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      double y = (out_.height - heights[c]) / 2;
      for (const std::size_t p : columns_[c]) at(p).top = y + above, y += above + at(p).height;
    }
    for (const auto& column : columns_)
      for (const std::size_t p : column)
        for (const bool out : {false, true}) place_bands(p, out);
    place_lanes();
  }

  /// One below the other by where they come from or go to, those that go back at the bottom.
  void place_bands(std::size_t party, bool out) {
    std::vector<std::size_t> bands = bands_of(party, out);
    const auto key = [&](std::size_t k) {
      const SankeyParty& other = at(out ? flows_[k].to : flows_[k].from);
      return std::pair(out_.bands[k].back, other.top + other.height / 2);
    };
    std::stable_sort(bands.begin(), bands.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    double end = at(party).top;
    for (const std::size_t k : bands) {
      (out ? out_.bands[k].from : out_.bands[k].to) = end + room(out_.bands[k]) / 2;
      end += room(out_.bands[k]);
    }
  }

  void place_lanes() {
    for (SankeyBand& band : out_.bands) {
      if (!band.back) continue;
      out_.height += 0.5;
      band.lane = out_.height + room(band) / 2;
      out_.height += room(band);
    }
  }

  const std::vector<SankeyFlow>& flows_;
  const std::vector<bool>& last_;
  std::vector<std::vector<std::size_t>> columns_;
  Sankey out_;
};

}  // namespace

Sankey sankey_of(std::size_t parties, const std::vector<SankeyFlow>& flows, const std::vector<bool>& last) {
  return Layout(parties, flows, last).result();
}

}  // namespace orrery::study
