#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

/// \file
/// The one part of Clino that needs a web server's library. It is a library of its own that is
/// loaded when it is asked for: loading what comes with it takes as long as all else that Clino
/// does before a first step.

namespace clino::app {

/// What a server shows. Called from its threads.
struct HttpHandlers {
  /// The page at `/`; "" where it cannot be made.
  std::function<std::string()> page;

  /// Sends text to a reader; false where he is gone.
  using Send = std::function<bool(std::string_view)>;
  enum class Next { another, end, gone };
  /// One round of what is sent to a reader. Destroyed when he is done with.
  using Round = std::function<Next(const Send&)>;
  /// For a new reader of `/events`, who has read to that position.
  std::function<Round(const std::string& position)> reader;
};

/// Serves on 127.0.0.1 until it is destroyed, with threads of its own. Answers no request that
/// names another host, so that no page from elsewhere can read it.
class HttpServer {
 public:
  HttpServer() = default;
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  virtual ~HttpServer() = default;
  virtual int port() const = 0;
};

/// Throws `UsageError` where this build of Clino has no server, and `InputError` where no port can
/// be had.
std::unique_ptr<HttpServer> start_http_server(const HttpHandlers& handlers);
/// Whether there is one. Throws `UsageError` where not.
void require_http_server();

}  // namespace clino::app
