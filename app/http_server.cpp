#include "app/http_server.hpp"

#include <dlfcn.h>

#include "core/errors.hpp"

namespace clino::app {

namespace {

using Start = HttpServer* (*)(const HttpHandlers&);

/// The function of app/live/http_server.cpp, whose library lies where the program was told at its
/// linking. It stays loaded.
Start load() {
  void* const library = ::dlopen("clino_live.so", RTLD_NOW | RTLD_LOCAL);
  void* const start = library == nullptr ? nullptr : ::dlsym(library, "clino_start_http_server");
  if (start != nullptr) return reinterpret_cast<Start>(start);
  const char* const why = ::dlerror();
  throw UsageError(
      "--live: this clino was built without a server; install cpp-httplib (Debian and Ubuntu: "
      "libcpp-httplib-dev) and build again, or look with clino inspect RUN --follow (" +
      std::string(why == nullptr ? "no reason given" : why) + ")");
}

}  // namespace

std::unique_ptr<HttpServer> start_http_server(const HttpHandlers& handlers) {
  std::unique_ptr<HttpServer> server(load()(handlers));
  if (server == nullptr) throw InputError("no port on 127.0.0.1 is free for --live");
  return server;
}

void require_http_server() { load(); }

}  // namespace clino::app
