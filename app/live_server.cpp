#include "app/live_server.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <httplib.h>
#include <mutex>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <thread>

#include "app/log_tail.hpp"
#include "core/errors.hpp"
#include "report/follow.hpp"
#include "report/report.hpp"

namespace clino::app {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBetweenRecords = std::chrono::milliseconds(500);
constexpr auto kBetweenSections = std::chrono::seconds(5);
/// Writing them takes at most this share of a thread's time, however long the log has become.
constexpr int kSectionsShare = 10;
/// For the last of a run to reach a page.
constexpr auto kForTheLast = std::chrono::seconds(10);
constexpr const char* kHtml = "text/html; charset=utf-8";

std::string event(const std::string& data, const std::string& position) {
  return "id: " + position + "\ndata: " + data + "\n\n";
}

std::string section_event(const ReportSection& section, const std::string& position) {
  const nlohmann::json message{{"type", "section"}, {"id", section.id}, {"html", section.html}};
  return event(message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), position);
}

}  // namespace

/// One server with its threads: one that listens, and one for each open page.
struct LiveServer::Server {
  explicit Server(std::filesystem::path run) : directory(std::move(run)), follower(directory) {
    http.Get("/", [this](const httplib::Request& request, httplib::Response& response) {
      if (is_own(request, response)) show_page(response);
    });
    http.Get("/events", [this](const httplib::Request& request, httplib::Response& response) {
      if (is_own(request, response)) stream(request, response);
    });
    port = http.bind_to_any_port("127.0.0.1");
    if (port < 0) throw InputError("no port on 127.0.0.1 is free for --live");
    listener = std::thread([this] { http.listen_after_bind(); });
    while (!http.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  ~Server() {
    {
      const std::lock_guard lock(mutex);
      ended = true;
    }
    changed.notify_all();
    // Pages get their last message; one that does not take it is not waited for.
    std::unique_lock lock(mutex);
    changed.wait_for(lock, kForTheLast, [this] { return streams == 0; });
    lock.unlock();
    http.stop();
    listener.join();
  }

  /// Refuses what was sent to another name that leads here.
  bool is_own(const httplib::Request& request, httplib::Response& response) const {
    const std::string host = request.get_header_value("Host");
    const std::string place = ":" + std::to_string(port);
    if (host == "127.0.0.1" + place || host == "localhost" + place) return true;
    response.status = 403;
    return false;
  }

  void show_page(httplib::Response& response) {
    response.set_header("Cache-Control", "no-store");
    const ReportOptions options{.live = true, .live_position = LogTail::end_of(directory)};
    const std::string page =
        with_log([&](const RunLog& log) { return report_html(std::span(&log, 1), options); });
    if (page.empty()) response.status = 500;
    response.set_content(page, kHtml);
  }

  /// What a function makes of the log as it is now; "" where that cannot be read.
  std::string with_log(const std::function<std::string(const RunLog&)>& function) {
    const std::lock_guard lock(follower_mutex);
    try {
      follower.refresh();
      return function(follower.log());
    } catch (const std::exception& error) {
      spdlog::warn("the live page cannot be written: {}", error.what());
      return "";
    }
  }

  void stream(const httplib::Request& request, httplib::Response& response) {
    const std::string last = request.get_header_value("Last-Event-ID");
    const auto tail =
        std::make_shared<LogTail>(directory, last.empty() ? request.get_param_value("from") : last);
    const auto sections_at = std::make_shared<Clock::time_point>(Clock::now() + kBetweenSections);
    {
      const std::lock_guard lock(mutex);
      ++streams;
    }
    response.set_header("Cache-Control", "no-store");
    response.set_chunked_content_provider(
        "text/event-stream",
        [=, this](std::size_t /*offset*/, httplib::DataSink& sink) {
          return push(*tail, *sections_at, sink);
        },
        [this](bool /*success*/) {
          const std::lock_guard lock(mutex);
          --streams;
          changed.notify_all();
        });
  }

  /// One round of a stream: what is new, then a wait. False where the page is gone.
  bool push(LogTail& tail, Clock::time_point& sections_at, httplib::DataSink& sink) {
    // A chunk of no bytes would be the end.
    const auto send = [&sink](const std::string& text) {
      return text.empty() || sink.write(text.data(), text.size());
    };
    bool last = false;
    {
      const std::lock_guard lock(mutex);
      last = ended;
    }
    // A run may write faster than a page reads: only the last time is it waited for.
    bool alive = true;
    for (std::string records = tail.next(); alive && !records.empty(); records = tail.next()) {
      alive = send(event(records, tail.position()));
      if (!last) break;
    }
    const Clock::time_point now = Clock::now();
    if (alive && (last || now >= sections_at)) {
      alive = send(sections(tail.position()));
      const auto took = Clock::now() - now;
      sections_at = now + std::max<Clock::duration>(kBetweenSections, kSectionsShare * took);
    }
    if (alive && last) {
      send(event(R"({"type":"end"})", tail.position()));
      sink.done();
      return true;
    }
    std::unique_lock lock(mutex);
    changed.wait_for(lock, kBetweenRecords, [this] { return ended; });
    // A comment shows whether somebody still listens.
    lock.unlock();
    return alive && send(":\n\n");
  }

  /// The sections that scripts do not draw.
  std::string sections(const std::string& position) {
    return with_log([&](const RunLog& log) {
      std::string text;
      for (const ReportSection& section :
           report_sections(std::span(&log, 1), {.live = true, .live_position = {}})) {
        if (!section.only_charts) text += section_event(section, position);
      }
      return text;
    });
  }

  std::filesystem::path directory;
  std::mutex follower_mutex;  ///< of the follower
  RunFollower follower;
  httplib::Server http;
  int port = -1;
  std::thread listener;
  std::mutex mutex;  ///< of what follows
  std::condition_variable changed;
  bool ended = false;
  int streams = 0;
};

void LiveServer::require() {}

LiveServer::LiveServer(std::filesystem::path directory)
    : server_(std::make_unique<Server>(std::move(directory))) {}

LiveServer::~LiveServer() = default;

std::string LiveServer::url() const {
  return "http://127.0.0.1:" + std::to_string(server_->port) + "/";
}

}  // namespace clino::app
