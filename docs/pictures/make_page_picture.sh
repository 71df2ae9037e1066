#!/bin/sh
# make_page_picture.sh RUN PICTURE.png [HEIGHT]: what the upper part of a run's page looks like in
# Chromium, 1000 wide.
set -eu
clino=build/clino
page=$(mktemp --suffix=.html)
trap 'rm -f "$page"' EXIT
"$clino" report "$1" -o "$page" --quiet
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --virtual-time-budget=10000 \
  --window-size="1000,${3:-1000}" --screenshot="$2" "file://$page" 2>/dev/null
