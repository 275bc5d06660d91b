#!/bin/sh
# Remakes the PNGs and the .ico from wirebench.svg.
#
#   apt-get install librsvg2-bin imagemagick
#   assets/icon/render.sh
set -eu
cd "$(dirname "$0")"
for size in 16 24 32 48 64 128 256 512; do
  rsvg-convert --width "$size" --height "$size" --output "wirebench-$size.png" wirebench.svg
done
convert wirebench-16.png wirebench-24.png wirebench-32.png wirebench-48.png wirebench-64.png wirebench-256.png \
  wirebench.ico
