// The facts that ship: they load whole, their names refer to one another, model shapes give the published parameter
// counts, and the chips say what the shared table says.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "catalog/catalog.h"
#include "support/facts.h"
#include "support/folders.h"

namespace orrery::catalog {
namespace {

TEST(ShippedCatalog, LoadsWhole) {
  for (const KindSchema& kind : schema()) {
    SCOPED_TRACE(std::string(kind.kind));
    ASSERT_NO_THROW({
      try {
        EXPECT_FALSE(facts().entries(kind.kind).empty());
      } catch (const Error& error) {
        ADD_FAILURE() << error.message();
        throw;
      }
    });
    for (const Entry& entry : facts().entries(kind.kind)) {
      EXPECT_EQ(&facts().entry(kind.kind, entry.name), &entry);
      for (const std::string& alias : entry.aliases) EXPECT_EQ(&facts().entry(kind.kind, alias), &entry);
      EXPECT_EQ(entry.title.empty(), !kind.titled) << entry.name;
      EXPECT_FALSE(entry.figures.empty() && entry.parts.empty()) << entry.name;
      for (const Figure& figure : entry.figures) {
        EXPECT_FALSE(figure.provenance.source.empty() || figure.provenance.date.empty()) << entry.name << figure.key;
        EXPECT_FALSE(figure.value_text().empty()) << entry.name << figure.key;
      }
    }
  }
}

TEST(ShippedCatalog, HoldsNoOtherFolders) {
  for (const auto& folder : std::filesystem::directory_iterator(facts().folder()))
    if (folder.is_directory()) {
      EXPECT_NO_THROW(schema_of(folder.path().filename().string())) << folder.path();
    }
}

// Constants are of chips, and what they and frameworks are like is there.
TEST(ShippedCatalog, ConstantsAreOfChips) {
  for (const char* kind : {"kernels", "frameworks"})
    for (const Entry& entry : facts().entries(kind)) {
      if (kind == std::string("kernels")) {
        EXPECT_EQ(facts().entry("chips", entry.name).name, entry.name);
      }
      if (const Figure* like = entry.find("like")) {
        EXPECT_NO_THROW(facts().entry(kind, like->text)) << entry.name;
      }
    }
}

// Text figures that name an entry of another kind must name one that is there.
TEST(ShippedCatalog, NamesLeadSomewhere) {
  const std::map<std::string, std::string> leads = {{"chip", "chips"},
                                                    {"server", "servers"},
                                                    {"equipment", "equipment"},
                                                    {"cooling", "cooling"},
                                                    {"construction", "construction"}};
  int followed = 0;
  for (const KindSchema& kind : schema())
    for (const Entry& entry : facts().entries(kind.kind))
      for (const Figure& figure : entry.figures) {
        if (figure.kind != Figure::Kind::text || !leads.count(figure.key)) continue;
        if (kind.kind == "servers" && figure.key == "cooling") {
          EXPECT_TRUE(figure.text == "air" || figure.text == "liquid") << entry.name;
          continue;
        }
        EXPECT_NO_THROW(facts().entry(leads.at(figure.key), figure.text)) << entry.name << '.' << figure.key;
        ++followed;
      }
  EXPECT_GT(followed, 50);
}

// A server and its chip give the same IT power, since both say it.
TEST(ShippedCatalog, ServersAgreeWithTheirChips) {
  for (const Entry& server : facts().entries("servers")) {
    const Entry& chip = facts().entry("chips", server.at("chip").text);
    if (chip.find("server")) {
      EXPECT_NO_THROW(facts().entry("servers", chip.at("server").text));
    }
    const Figure* power = chip.find("it_power");
    if (power && power->amount.is_constant() && server.at("it_power").amount.is_constant()) {
      EXPECT_NEAR(power->amount.a / server.at("it_power").amount.a, 1, 0.005) << server.name;
    }
  }
}

// Parameters from the shape, by the usual count of a decoder, against the published number. Small rounding in names
// such as "22B" is allowed for; relative positions and untied vocabularies of two models are not in their shapes.
TEST(ShippedCatalog, ModelShapesGiveTheirParameters) {
  const std::set<std::string> rounded = {"megatron-1.7b", "gopher-280b", "nemotron-8b", "nemotron-22b"};
  for (const Entry& model : facts().entries("models")) {
    if (model.find("config")) continue;  // counted from its file (tests/machine/catalog_models_test)
    auto number = [&](const char* key, double otherwise) {
      const Figure* figure = model.find(key);
      return figure ? figure->amount.median() : otherwise;
    };
    const double h = number("hidden", 0), layers = number("layers", 0), heads = number("heads", 0);
    const double kv = number("kv_heads", heads), vocab = number("vocab", 0), head = number("head_dim", h / heads);
    const double gate = model.at("gated_mlp").boolean ? 3 : 2;
    double attention = 2 * h * heads * head + 2 * h * kv * head;
    if (model.at("attention").text == "mla") {
      const double q = number("q_lora_rank", 0), k = number("kv_lora_rank", 0), rope = number("qk_rope_dim", 0);
      const double nope = number("qk_nope_dim", 0), v = number("v_dim", 0);
      attention = h * q + q * heads * (rope + nope) + h * (k + rope) + k * heads * (nope + v) + heads * v * h;
    }
    double total = layers * attention + vocab * h * (model.at("tied_embeddings").boolean ? 1 : 2);
    if (const Figure* positional = model.find("positional"); positional && positional->text == "learned")
      total += number("context", 0) * h;
    const double experts = number("experts", 0), dense = experts > 0 ? number("dense_first_layers", 0) : layers;
    total += dense * gate * h * number("ffn", 0);
    if (experts > 0)
      total +=
          (layers - dense) * (gate * h * number("moe_ffn", 0) * (experts + number("shared_experts", 0)) + h * experts);
    EXPECT_NEAR(total / model.at("params_total").amount.median(), 1, rounded.count(model.name) ? 0.08 : 0.02)
        << model.name << ' ' << total;
  }
}

// The critical path of the tasks' medians stays below, and near, the lead that the sites showed.
TEST(ShippedCatalog, TasksFollowTheObservedLead) {
  for (const Entry& entry : facts().entries("construction")) {
    const Figure* lead = entry.find("lead");
    if (!lead) continue;
    std::map<std::string, double> ends;
    double last = 0;
    for (size_t round = 0; round < entry.parts.size(); ++round)
      for (const Entry& task : entry.parts) {
        double start = 0;
        if (const Figure* after = task.find("after"))
          for (const std::string& other : after->texts) start = std::max(start, ends[other]);
        ends[task.name] = start + task.at("duration").amount.median();
        last = std::max(last, ends[task.name]);
      }
    EXPECT_LT(last, lead->amount.median() * 1.02) << entry.name;
    EXPECT_GT(last, lead->amount.median() * 0.8) << entry.name;
  }
}

std::vector<std::vector<std::string>> read_csv(const std::string& path) {
  std::ifstream file(path);
  std::stringstream all;
  all << file.rdbuf();
  std::vector<std::vector<std::string>> rows{{""}};
  bool quoted = false;
  const std::string text = all.str();
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') rows.back().back() += text[i++];
    else if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) rows.back().emplace_back();
    else if (c == '\n' && !quoted) rows.push_back({""});
    else if (c != '\r') rows.back().back() += c;
  }
  if (rows.back().size() == 1) rows.pop_back();
  return rows;
}

// The table's column, its key here, its unit in base units, and the words by which from_memory_fields means it.
struct Column {
  const char *column, *key;
  double factor;
  const char* memory_words;
};
const Column columns[] = {{"n_compute_dies", "compute_dies", 1, "^(dies|IOD)"},
                          {"die_area_mm2_total", "die_area", 1e-6, "^(die$|die area|724)"},
                          {"transistors_B", "transistors", 1e9, "^transistors"},
                          {"bf16_dense_TFLOPS", "bf16_dense", 1e12, "^fp16"},
                          {"fp8_dense_TFLOPS", "fp8_dense", 1e12, "^fp8"},
                          {"fp4_dense_TFLOPS", "fp4_dense", 1e12, "^training 35"},
                          {"int8_dense_TOPS", "int8_dense", 1e12, "^$"},
                          {"hbm_GB", "hbm", 1e9, "^$"},
                          {"hbm_TBps", "hbm_bandwidth", 1e12, "^$"},
                          {"hbm_stacks", "hbm_stacks", 1, "^(hbm_stacks|stacks)"},
                          {"onchip_sram_MB", "sram", 1e6, "^sram"},
                          {"tdp_W", "tdp", 1, "^tdp"},
                          {"scaleup_GBps_bidir_per_chip", "scaleup_bandwidth", 1e9, "^(scaleup|scale-up|ICI)"},
                          {"scaleup_domain", "scaleup_domain", 1, "^domain"},
                          {"scaleout_nic_Gbps", "scaleout_nic", 1e9 / 8, "^nic"},
                          {"price_usd_est", "price", 1, "^$"}};

const std::map<std::string, std::string> chip_names = {{"V100 SXM2 32GB", "v100"},
                                                       {"A100 SXM 40GB", "a100-sxm-40gb"},
                                                       {"A100 SXM 80GB", "a100-sxm-80gb"},
                                                       {"H100 SXM5", "h100-sxm"},
                                                       {"H100 PCIe", "h100-pcie"},
                                                       {"H200 SXM", "h200-sxm"},
                                                       {"H800 SXM", "h800-sxm"},
                                                       {"H20", "h20"},
                                                       {"B200 SXM", "b200-sxm"},
                                                       {"B300 SXM", "b300-sxm"},
                                                       {"GB200 (per GPU)", "gb200"},
                                                       {"GB300 (per GPU)", "gb300"},
                                                       {"Rubin (VR200, per GPU package)", "vr200"},
                                                       {"MI250X", "mi250x"},
                                                       {"MI300X", "mi300x"},
                                                       {"MI325X", "mi325x"},
                                                       {"MI355X", "mi355x"},
                                                       {"TPU v2", "tpu-v2"},
                                                       {"TPU v3", "tpu-v3"},
                                                       {"TPU v4", "tpu-v4"},
                                                       {"TPU v5e", "tpu-v5e"},
                                                       {"TPU v5p", "tpu-v5p"},
                                                       {"TPU v6e Trillium", "tpu-v6e"},
                                                       {"TPU v7 Ironwood", "tpu-v7"},
                                                       {"TPU 8t", "tpu-8t"},
                                                       {"Trainium1", "trainium1"},
                                                       {"Trainium2", "trainium2"},
                                                       {"Trainium3", "trainium3"},
                                                       {"Inferentia2", "inferentia2"},
                                                       {"Maia 100", "maia-100"},
                                                       {"Maia 200", "maia-200"},
                                                       {"Gaudi2", "gaudi2"},
                                                       {"Gaudi3", "gaudi3"},
                                                       {"Cerebras WSE-3", "wse-3"},
                                                       {"Groq LPU v1", "lpu-v1"},
                                                       {"MTIA v1", "mtia-v1"},
                                                       {"MTIA v2", "mtia-v2"},
                                                       {"OpenAI Jalapeno (rumoured as Titan)", "jalapeno"}};

// Where a source that says more, or more exactly, is preferred to the table's.
const std::set<std::string> corrected = {"a100-sxm-40gb.hbm_bandwidth",     // the datasheet's 1,555 GB/s, not rounded
                                         "gaudi2.bf16_dense",               // Intel's 432
                                         "gaudi2.scaleout_nic",             // as there, by Intel's documentation
                                         "gaudi2.scaleup_bandwidth",        // 21 of its 24 ports stay within the server
                                         "gaudi3.scaleup_bandwidth",        // the same
                                         "gaudi3.scaleout_nic",             // 3 ports leave the server, not 24
                                         "v100-sxm2-32gb.scaleup_domain"};  // a DGX-1, not a DGX-2

TEST(ShippedCatalog, ChipsSayWhatTheSharedTableSays) {
  const std::optional<std::string> path = data_file("silicon/chips.csv");
  if (!path) GTEST_SKIP() << no_data;
  const auto rows = read_csv(*path);
  ASSERT_EQ(rows.size(), 39u);
  std::map<std::string, size_t> column;
  for (size_t i = 0; i < rows[0].size(); ++i) column[rows[0][i]] = i;
  int compared = 0, from_memory = 0;
  for (size_t r = 1; r < rows.size(); ++r) {
    auto cell = [&](const std::string& name) { return rows[r].at(column.at(name)); };
    ASSERT_TRUE(chip_names.count(cell("name"))) << cell("name");
    const Entry& chip = facts().entry("chips", chip_names.at(cell("name")));
    std::vector<std::string> remembered;
    std::stringstream fields(cell("from_memory_fields"));
    for (std::string field; std::getline(fields, field, ';');) remembered.push_back(field);
    for (const Column& c : columns) {
      const std::string text = cell(c.column);
      const Figure* figure = chip.find(c.key);
      if (text.empty()) {
        // What the table does not hold has a source of its own.
        EXPECT_TRUE(!figure || figure->provenance.source != chip.at("vendor").provenance.source)
            << chip.name << '.' << c.key << " is not in the table";
        continue;
      }
      if (corrected.contains(chip.name + '.' + c.key)) {
        EXPECT_NE(figure->provenance.source, chip.at("vendor").provenance.source) << chip.name << '.' << c.key;
        continue;
      }
      ASSERT_NE(figure, nullptr) << chip.name << '.' << c.key << ' ' << text;
      static const std::regex number("[0-9]+(\\.[0-9]+)?");
      if (std::regex_match(text, number)) {
        EXPECT_TRUE(figure->amount.is_constant()) << chip.name << '.' << c.key;
        EXPECT_NEAR(figure->amount.a / (std::stod(text) * c.factor), 1, 1e-12) << chip.name << '.' << c.key;
      } else {
        // Two values, or a value with words: a distribution or a note, never silently one of them.
        EXPECT_TRUE(!figure->amount.is_constant() || !figure->note.empty()) << chip.name << '.' << c.key;
      }
      ++compared;
      const std::regex meant(c.memory_words);
      for (const std::string& field : remembered)
        if (std::regex_search(field, meant)) {
          EXPECT_EQ(basis_name(figure->provenance.basis), "assumed") << chip.name << '.' << c.key;
          ++from_memory;
        }
    }
  }
  EXPECT_GT(compared, 350);
  EXPECT_GT(from_memory, 75);
}

}  // namespace
}  // namespace orrery::catalog
