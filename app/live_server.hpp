#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace clino::app {

/// Serves the page of a run while it is being trained, on 127.0.0.1 alone, and pushes what is new
/// to it. Reads the run directory and nothing else; has threads of its own. Answers no request that
/// names another host, so that no page from elsewhere can read it.
class LiveServer {
 public:
  /// Throws `UsageError` where this build of Clino has no server.
  static void require();

  /// Throws as `require` does, and `InputError` where no port can be had.
  explicit LiveServer(std::filesystem::path directory);
  /// Sends the last of the run to every page, then the end.
  ~LiveServer();
  LiveServer(const LiveServer&) = delete;
  LiveServer& operator=(const LiveServer&) = delete;

  /// `http://127.0.0.1:40123/`.
  std::string url() const;

 private:
  struct Server;
  std::unique_ptr<Server> server_;
};

}  // namespace clino::app
