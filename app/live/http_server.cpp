#include "app/http_server.hpp"

#include <chrono>
#include <httplib.h>
#include <thread>
#include <utility>

namespace clino::app {

namespace {

constexpr const char* kHtml = "text/html; charset=utf-8";

/// One thread that listens, and one for each open page.
class Server final : public HttpServer {
 public:
  explicit Server(HttpHandlers handlers) : handlers_(std::move(handlers)) {
    http_.Get("/", [this](const httplib::Request& request, httplib::Response& response) {
      if (is_own(request, response)) show_page(response);
    });
    http_.Get("/events", [this](const httplib::Request& request, httplib::Response& response) {
      if (is_own(request, response)) stream(request, response);
    });
    port_ = http_.bind_to_any_port("127.0.0.1");
    if (port_ < 0) return;
    listener_ = std::thread([this] { http_.listen_after_bind(); });
    while (!http_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() override {
    if (port_ < 0) return;
    http_.stop();
    listener_.join();
  }

  int port() const override { return port_; }

 private:
  /// Refuses what was sent to another name that leads here.
  bool is_own(const httplib::Request& request, httplib::Response& response) const {
    const std::string host = request.get_header_value("Host");
    const std::string place = ":" + std::to_string(port_);
    if (host == "127.0.0.1" + place || host == "localhost" + place) return true;
    response.status = 403;
    return false;
  }

  void show_page(httplib::Response& response) const {
    response.set_header("Cache-Control", "no-store");
    const std::string page = handlers_.page();
    if (page.empty()) response.status = 500;
    response.set_content(page, kHtml);
  }

  void stream(const httplib::Request& request, httplib::Response& response) const {
    using Next = HttpHandlers::Next;
    const std::string last = request.get_header_value("Last-Event-ID");
    const HttpHandlers::Round round =
        handlers_.reader(last.empty() ? request.get_param_value("from") : last);
    response.set_header("Cache-Control", "no-store");
    response.set_chunked_content_provider(
        "text/event-stream", [round](std::size_t /*offset*/, httplib::DataSink& sink) {
          const Next next = round([&sink](std::string_view text) {
            // A chunk of no bytes would be the end.
            return text.empty() || sink.write(text.data(), text.size());
          });
          if (next == Next::end) sink.done();
          return next != Next::gone;
        });
  }

  HttpHandlers handlers_;
  httplib::Server http_;
  int port_ = -1;
  std::thread listener_;
};

}  // namespace

}  // namespace clino::app

/// Null where no port is free.
extern "C" clino::app::HttpServer* clino_start_http_server(
    const clino::app::HttpHandlers& handlers) {
  auto server = std::make_unique<clino::app::Server>(handlers);
  return server->port() < 0 ? nullptr : server.release();
}
