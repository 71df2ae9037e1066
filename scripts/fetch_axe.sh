#!/bin/sh
# fetch_axe.sh FOLDER: puts axe.min.js of axe-core into FOLDER. It finds what keeps people from
# using a page; the test `accessibility` runs it where CLINO_AXE_CORE names the file. Debian has no
# package of it.
set -eu
version=4.14.1
sha512=1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5
archive=axe-core-$version.tgz

mkdir -p "$1"
cd "$1"
[ -e "$archive" ] || npm pack --silent "axe-core@$version" >/dev/null
echo "$sha512  $archive" | sha512sum --check --quiet
tar -xzf "$archive" --strip-components=1 package/axe.min.js
