#!/bin/sh
# Installs what is missing, builds Clino with its tests, and runs them all.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

say "This installs missing packages, builds in build/ and runs the tests"
prepare with-tests
build -DCLINO_TESTS=ON -DCLINO_EXAMPLES=ON
say "Testing: ctest --test-dir build -j 2"
status=0
ctest --test-dir build -j 2 --output-on-failure --no-tests=error --output-log build/ctest.log || status=$?
grep 'tests passed' build/ctest.log | tail -n 1
exit $status
