#include "app/live_server.hpp"

#include "core/errors.hpp"

// Takes the place of app/live_server.cpp where cpp-httplib was not found.

namespace clino::app {

struct LiveServer::Server {};

void LiveServer::require() {
  throw UsageError(
      "--live: this clino was built without a server; install cpp-httplib (Debian and Ubuntu: "
      "libcpp-httplib-dev) and build again, or look with clino inspect RUN --follow");
}

LiveServer::LiveServer(std::filesystem::path /*directory*/) { require(); }

LiveServer::~LiveServer() = default;

std::string LiveServer::url() const { return {}; }

}  // namespace clino::app
