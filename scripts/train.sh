#!/bin/sh
# Installs what is missing, builds Clino, and trains a network on two spirals.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

say "This installs missing packages, builds in build/ and trains configs/two_spirals.json"
prepare without-tests
build -DCLINO_TESTS=OFF -DCLINO_EXAMPLES=OFF
say "Training: build/clino train configs/two_spirals.json --overwrite"
build/clino train configs/two_spirals.json --overwrite "$@"
