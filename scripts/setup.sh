# shellcheck shell=sh
# Sourced by train.sh and test.sh, from the root of the sources: what it takes to build Clino.

say() { printf '==> %s\n' "$*"; }

# What is needed, one a line: the Debian package, then the program, header or file it brings.
needed_packages() {
  cat <<'LIST'
cmake program cmake
ninja-build program ninja
g++ program c++
libeigen3-dev header Eigen/Core
nlohmann-json3-dev header nlohmann/json.hpp
libspdlog-dev header spdlog/spdlog.h
libcli11-dev header CLI/CLI.hpp
librandom123-dev header Random123/philox.h
libboost-dev header boost/math/distributions/students_t.hpp
zlib1g-dev header zlib.h
libjs-dygraphs file /usr/share/javascript/dygraphs/dygraph.min.js
pkgconf program pkg-config
libcpp-httplib-dev header httplib.h
LIST
  if [ "$1" = with-tests ]; then echo 'catch2 header catch2'; fi
}

have_header() {
  for folder in /usr/include /usr/local/include /opt/homebrew/include /usr/include/*-linux-gnu; do
    if [ -e "$folder/$1" ] || [ -e "$folder/eigen3/$1" ]; then return 0; fi
  done
  return 1
}

# The packages among the needed ones whose program or header is not there, on one line.
missing_packages() {
  needed_packages "$1" | while read -r package kind name; do
    case $kind in
      program) command -v "$name" >/dev/null || printf '%s ' "$package" ;;
      header) have_header "$name" || printf '%s ' "$package" ;;
      file) [ -e "$name" ] || printf '%s ' "$package" ;;
    esac
  done
}

# install_packages PACKAGES...: by apt-get, as root or by sudo. Says what is missing where neither
# can be.
install_packages() {
  if ! command -v apt-get >/dev/null; then
    say "These are missing, and there is no apt-get here to install them (Debian's names): $*" >&2
    say "Install what they stand for in your system's way, then run this again." >&2
    exit 1
  fi
  as_root=''
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "Packages are missing. As root, run: apt-get install $*" >&2
      exit 1
    fi
    as_root=sudo
  fi
  say "Installing with ${as_root:+$as_root }apt-get: $*"
  $as_root apt-get update -qq
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Chromium, which opens the page in the tests. Debian has it as a package, Ubuntu as a snap, which
# cannot read a test's files. Where it cannot be had those tests are left out, and nothing stops.
prepare_browser() {
  for program in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$program" >/dev/null; then return; fi
  done
  if grep -qsx 'ID=debian' /etc/os-release && (install_packages chromium); then return; fi
  say "There is no Chromium to install here: the tests that open the page in it are left out"
}

# prepare with-tests|without-tests: installs what is missing, and nothing else.
prepare() {
  missing=$(missing_packages "$1")
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # a list of words
    install_packages $missing
  else
    say "Everything needed to build is installed"
  fi
  if [ "$1" = with-tests ]; then prepare_browser; fi
}

# build CMAKE-OPTIONS...: the fast program, in build/.
build() {
  say "Building in build/"
  cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=ON "$@" >/dev/null
  cmake --build build
}
