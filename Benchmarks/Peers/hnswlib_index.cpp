// Times hnswlib. Usage: hnswlib_index VERSION FOLDER
//
// The header does not tell its version, so the caller does. Build: c++ -O3 -march=native -pthread.

#include <hnswlib/hnswlib.h>
#include <malloc.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr size_t kM = 16, kConstruction = 200, kNearest = 10, kBuildThreads = 2, kRepeats = 3;
constexpr size_t kSweep[] = {16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

template <typename T>
struct Array {
  size_t rows = 0, columns = 0;
  std::vector<T> values;
  const T* row(size_t i) const { return values.data() + i * columns; }
};

// Reads what numpy.save wrote: version 1, two dimensions, rows first.
template <typename T>
Array<T> read(const std::string& path, const char* type) {
  std::ifstream file(path, std::ios::binary);
  char begin[10];
  file.read(begin, sizeof begin);
  if (!file || std::memcmp(begin, "\x93NUMPY\x01", 7) != 0) fail(path + " is no npy file");
  std::string header(static_cast<unsigned char>(begin[8]) + 256 * static_cast<unsigned char>(begin[9]), ' ');
  file.read(header.data(), header.size());
  Array<T> array;
  auto shape = header.find("'shape': (");
  if (header.find(type) == std::string::npos || header.find("False") == std::string::npos ||
      shape == std::string::npos ||
      std::sscanf(header.c_str() + shape, "'shape': (%zu, %zu)", &array.rows, &array.columns) != 2)
    fail(path + " holds something else: " + header);
  array.values.resize(array.rows * array.columns);
  file.read(reinterpret_cast<char*>(array.values.data()), array.values.size() * sizeof(T));
  if (!file) fail(path + " is cut short");
  return array;
}

// Resident bytes, after free memory went back to the system.
long resident() {
  malloc_trim(0);
  long total = 0, pages = 0;
  std::ifstream("/proc/self/statm") >> total >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The lowest of the processors allowed, for this thread.
void one_processor() {
  cpu_set_t allowed, one;
  CPU_ZERO(&one);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) fail("which processors are allowed?");
  int lowest = 0;
  while (!CPU_ISSET(lowest, &allowed)) ++lowest;
  CPU_SET(lowest, &one);
  sched_setaffinity(0, sizeof one, &one);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) fail("usage: hnswlib_index VERSION FOLDER");
  const std::string version = arguments[1], folder = arguments[2];
  const auto base = read<float>(folder + "/base.npy", "'<f4'");
  const auto queries = read<float>(folder + "/queries.npy", "'<f4'");
  const auto truth = read<int>(folder + "/truth.npy", "'<i4'");
  const std::string name = "{\"system\": \"hnswlib\", \"version\": \"" + version + "\", \"kind\": ";
  const std::string setting = ", \"setting\": \"M " + std::to_string(kM) + ", efConstruction " +
                              std::to_string(kConstruction) + "\"";

  // The base array is resident before and after; the index keeps its own copy of it, which counts.
  const long before = resident();
  const double started = now();
  hnswlib::L2Space space(base.columns);
  hnswlib::HierarchicalNSW<float> index(&space, base.rows, kM, kConstruction);
  // The first row alone: two threads must not both find an empty graph.
  index.addPoint(base.row(0), 0);
  std::atomic<size_t> next{1};
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kBuildThreads; ++i)
    threads.emplace_back([&] {
      for (size_t row; (row = next++) < base.rows;) index.addPoint(base.row(row), row);
    });
  for (auto& thread : threads) thread.join();
  const double built = now() - started;
  const long bytes = resident() - before;
  const std::string path = folder + "/hnswlib." + std::to_string(getpid());
  index.saveIndex(path);
  const long long saved = std::ifstream(path, std::ios::binary | std::ios::ate).tellg();
  std::remove(path.c_str());
  std::printf("%s\"build\"%s, \"seconds\": %.3f, \"threads\": %zu, \"bytes\": %ld, \"indexBytes\": %lld}\n",
              name.c_str(), setting.c_str(), built, kBuildThreads, bytes, saved);

  one_processor();
  for (size_t width : kSweep) {
    index.setEf(width);
    double seconds[kRepeats];
    size_t hits = 0;
    // The first pass is for the recall, and warms up.
    for (size_t pass = 0; pass <= kRepeats; ++pass) {
      const double begin = now();
      for (size_t i = 0; i < queries.rows; ++i) {
        auto found = index.searchKnn(queries.row(i), kNearest);
        if (pass > 0) continue;
        for (; !found.empty(); found.pop())
          hits += std::count(truth.row(i), truth.row(i) + kNearest, static_cast<int>(found.top().second));
      }
      if (pass > 0) seconds[pass - 1] = now() - begin;
    }
    std::sort(seconds, seconds + kRepeats);
    std::printf("%s\"search\"%s, \"parameter\": \"ef %zu\", \"form\": \"one by one\", \"recall\": %.6f, "
                "\"qps\": %.1f, \"threads\": 1}\n",
                name.c_str(), setting.c_str(), width, double(hits) / (queries.rows * kNearest),
                queries.rows / seconds[kRepeats / 2]);
    std::fflush(stdout);
  }
}
