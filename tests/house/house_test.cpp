// The house is as its plans say: a room uses those that CMake gives it and none below, src/README.md lists every file,
// and no file grows too long to read.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/folders.h"

namespace orrery {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The C++ files below a folder of the tree, as paths from that folder: "network/clos.h".
std::vector<fs::path> sources(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".h" || entry.path().extension() == ".cpp")
      out.push_back(fs::relative(entry.path(), folder));
  std::sort(out.begin(), out.end());
  return out;
}

const fs::path root = source_folder(), src = root / "src";

struct Room {
  std::string name;
  Names may_use;  ///< as CMake declares
};

/// The rooms of src/CMakeLists.txt in the order they stand in, then app, which may use any.
std::vector<Room> rooms() {
  std::vector<Room> out;
  const std::string text = text_of(src / "CMakeLists.txt");
  const std::regex room(R"(orrery_room\(\s*(\w+)\s+(\w+)([^)]*)\))");
  Names all;
  for (std::sregex_iterator m(text.begin(), text.end(), room), end; m != end; ++m) {
    std::istringstream words((*m)[3].str());
    Room r{(*m)[2].str(), {}};
    bool depends = false;
    for (std::string word; words >> word;)
      if (word == "DEPENDS" || word == "PRIVATE") depends = word == "DEPENDS";
      else if (depends) r.may_use.insert(word);
    all.insert(r.name);
    out.push_back(r);
  }
  out.push_back({"app", all});
  return out;
}

/// The rooms that the files of a room include, with one of the lines that do: room -> "src/x/y.h: #include ...".
std::map<std::string, std::string> used_by(const std::string& room) {
  std::map<std::string, std::string> used;
  const std::regex include(R"re(^\s*#include "([^/"]+)/[^"]+")re");
  for (const fs::path& file : sources(src / room))
    for (const std::string& line : lines_of(src / room / file))
      if (std::smatch m; std::regex_search(line, m, include) && m[1] != room)
        used.emplace(m[1], "src/" + room + '/' + file.string() + ": " + line);
  return used;
}

TEST(Rooms, EveryFolderIsARoomThatCMakeKnows) {
  Names folders, known;
  for (const fs::directory_entry& entry : fs::directory_iterator(src))
    if (entry.is_directory()) folders.insert(entry.path().filename().string());
  for (const Room& room : rooms()) known.insert(room.name);
  EXPECT_EQ(folders, known);
}

TEST(Rooms, UseOnlyThoseAboveThem) {
  Names above;
  for (const Room& room : rooms()) {
    for (const std::string& name : room.may_use)
      EXPECT_TRUE(above.contains(name)) << room.name << " uses " << name << ", which does not stand above it";
    above.insert(room.name);
  }
}

TEST(Rooms, IncludeWhatCMakeDeclaresAndNothingElse) {
  for (const Room& room : rooms()) {
    const auto used = used_by(room.name);
    for (const auto& [name, line] : used)
      EXPECT_TRUE(room.may_use.contains(name))
          << line << "\n  add " << name << " to DEPENDS of " << room.name << " in src/CMakeLists.txt, or do without";
    if (room.name == "app") continue;
    for (const std::string& name : room.may_use)
      EXPECT_TRUE(used.contains(name)) << room.name << " declares " << name
                                       << " in src/CMakeLists.txt and uses it nowhere";
  }
}

TEST(Rooms, BaseStandsAlone) {
  EXPECT_TRUE(used_by("base").empty()) << used_by("base").begin()->second;
}

TEST(Rooms, EveryIncludeNamesAFile) {
  const std::regex include(R"re(^\s*#include "([^"]+)")re");
  for (const fs::path& file : sources(src))
    for (const std::string& line : lines_of(src / file)) {
      std::smatch m;
      const bool names = std::regex_search(line, m, include);
      EXPECT_TRUE(!names || fs::exists(src / m[1].str())) << "src/" << file.string() << ": " << line;
    }
}

/// The stems that src/README.md names: under a heading "## ROOM/" the first cell of each row lists names, which stand
/// in the folder that the first of them has: "| network/clos, torus | ... |" is ROOM/network/clos and
/// ROOM/network/torus.
Names listed() {
  Names out;
  std::string room;
  const std::regex heading(R"(^## (\w+)/)"), row(R"(^\| ([^|]+) \|)");
  for (const std::string& line : lines_of(src / "README.md")) {
    std::smatch m;
    if (std::regex_search(line, m, heading)) room = m[1].str() + '/';
    if (room.empty() || !std::regex_search(line, m, row)) continue;
    std::istringstream cell(m[1].str());
    std::string folder, name;
    while (std::getline(cell, name, ',')) {
      name.erase(0, name.find_first_not_of(' '));
      name.erase(name.find_last_not_of(' ') + 1);
      if (const size_t slash = name.rfind('/'); slash != std::string::npos) {
        folder = name.substr(0, slash + 1);
        name.erase(0, slash + 1);
      }
      if (name != "file") out.insert(room + folder + name);
    }
  }
  return out;
}

TEST(Map, ListsEverySourceFileAndNoOther) {
  const Names there = listed();
  Names stems;
  for (const fs::path& file : sources(src)) stems.insert((file.parent_path() / file.stem()).string());
  for (const std::string& stem : stems) EXPECT_TRUE(there.contains(stem)) << "src/README.md does not list " << stem;
  for (const std::string& stem : there) EXPECT_TRUE(stems.contains(stem)) << "src/README.md lists " << stem;
}

TEST(Files, AreShortEnoughToRead) {
  for (const char* folder : {"src", "tests", "bench"})
    for (const fs::path& file : sources(root / folder)) {
      const size_t lines = lines_of(root / folder / file).size();
      EXPECT_LE(lines, 600u) << folder << '/' << file.string() << " is about more than one subject: divide it";
    }
}

/// Columns that a line takes on a screen: UTF-8 code points.
size_t width(const std::string& line) {
  return static_cast<size_t>(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

TEST(Files, HaveLinesOfAtMost120Columns) {
  for (const fs::path& file : sources(src)) {
    const std::vector<std::string> lines = lines_of(src / file);
    for (size_t i = 0; i < lines.size(); ++i)
      EXPECT_LE(width(lines[i]), 120u) << "src/" << file.string() << ':' << i + 1 << " (./dev format)";
  }
}

}  // namespace
}  // namespace orrery
