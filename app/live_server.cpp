#include "app/live_server.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "app/http_server.hpp"
#include "app/log_tail.hpp"
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

std::string event(const std::string& data, const std::string& position) {
  return "id: " + position + "\ndata: " + data + "\n\n";
}

std::string section_event(const ReportSection& section, const std::string& position) {
  const nlohmann::json message{{"type", "section"}, {"id", section.id}, {"html", section.html}};
  return event(message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), position);
}

}  // namespace

/// What the server shows, and how long it has to wait for its readers in the end.
struct LiveServer::Server {
  explicit Server(std::filesystem::path run) : directory(std::move(run)), follower(directory) {
    http = start_http_server(
        {.page = [this] { return page(); },
         .reader = [this](const std::string& position) { return reader(position); }});
  }

  ~Server() {
    {
      const std::lock_guard lock(mutex);
      ended = true;
    }
    changed.notify_all();
    // Pages get their last message; one that does not take it is not waited for.
    std::unique_lock lock(mutex);
    changed.wait_for(lock, kForTheLast, [this] { return readers == 0; });
  }

  std::string page() {
    const ReportOptions options{.live = true, .live_position = LogTail::end_of(directory)};
    return with_log([&](const RunLog& log) { return report_html(std::span(&log, 1), options); });
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

  /// Counts a reader from its first round to its last.
  struct Reader {
    Reader(Server& its, const std::string& position)
        : server(&its),
          tail(its.directory, position),
          sections_at(Clock::now() + kBetweenSections) {
      const std::lock_guard lock(server->mutex);
      ++server->readers;
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
      {
        const std::lock_guard lock(server->mutex);
        --server->readers;
      }
      server->changed.notify_all();
    }

    Server* server;
    LogTail tail;
    Clock::time_point sections_at;
  };

  HttpHandlers::Round reader(const std::string& position) {
    return [this, it = std::make_shared<Reader>(*this, position)](const HttpHandlers::Send& send) {
      return push(*it, send);
    };
  }

  /// One round: what is new, then a wait.
  HttpHandlers::Next push(Reader& reader, const HttpHandlers::Send& send) {
    using Next = HttpHandlers::Next;
    bool last = false;
    {
      const std::lock_guard lock(mutex);
      last = ended;
    }
    LogTail& tail = reader.tail;
    // A run may write faster than a page reads: only the last time is it waited for.
    bool alive = true;
    for (std::string records = tail.next(); alive && !records.empty(); records = tail.next()) {
      alive = send(event(records, tail.position()));
      if (!last) break;
    }
    const Clock::time_point now = Clock::now();
    if (alive && (last || now >= reader.sections_at)) {
      alive = send(sections(tail.position()));
      const auto took = Clock::now() - now;
      reader.sections_at = now + std::max<Clock::duration>(kBetweenSections, kSectionsShare * took);
    }
    if (alive && last) {
      send(event(R"({"type":"end"})", tail.position()));
      return Next::end;
    }
    std::unique_lock lock(mutex);
    changed.wait_for(lock, kBetweenRecords, [this] { return ended; });
    lock.unlock();
    // A comment shows whether somebody still listens.
    return alive && send(":\n\n") ? Next::another : Next::gone;
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
  std::mutex mutex;  ///< of what follows
  std::condition_variable changed;
  bool ended = false;
  int readers = 0;
  std::unique_ptr<HttpServer> http;  ///< ends first: its threads use all of the above
};

void LiveServer::require() { require_http_server(); }

LiveServer::LiveServer(std::filesystem::path directory)
    : server_(std::make_unique<Server>(std::move(directory))) {}

LiveServer::~LiveServer() = default;

std::string LiveServer::url() const {
  return "http://127.0.0.1:" + std::to_string(server_->http->port()) + "/";
}

}  // namespace clino::app
