#!/bin/sh
# Remakes the fonts of this folder. Needs Debian 12's fonts-noto-cjk and fonts-noto-mono (or the same two files, named
# as arguments) and Python 3 with venv. The result is the same, byte for byte, on every machine.
#
#   apt-get install fonts-noto-cjk fonts-noto-mono python3-venv
#   assets/fonts/subset.sh [NotoSansCJK-Regular.ttc NotoSansMono-Regular.ttf]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
noto=/usr/share/fonts
cjk=${1:-$noto/opentype/noto/NotoSansCJK-Regular.ttc}
mono=${2:-$noto/truetype/noto/NotoSansMono-Regular.ttf}
venv=$(mktemp -d)
trap 'rm -r "$venv"' EXIT
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet fonttools==4.68.0 cffsubr==0.4.0
"$venv/bin/python" "$here/subset.py" "$cjk" "$mono" "$here"
