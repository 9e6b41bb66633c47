#!/bin/sh
# Puts uv into a folder of its own, with whatever Python 3.8 or newer there is. Does nothing when uv is there already.
set -eu
folder=$1
if command -v uv >/dev/null 2>&1 || [ -x "$folder/bin/uv" ]; then exit 0; fi
for python in python3 python3.13 python3.12 python3.11 python3.10 python3.9 python3.8 python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1; then found=$python; break; fi
done
if [ -z "${found:-}" ]; then
    echo "Python 3.8 or newer was not found. Please install Python and try again." >&2
    exit 1
fi
echo "Installing uv with $($found --version) ..."
mkdir -p "$folder"
if "$found" -m venv "$folder/python" >/dev/null 2>&1; then
    "$folder/python/bin/python" -m pip install --quiet --disable-pip-version-check uv
    mkdir -p "$folder/bin" && ln -sf "../python/bin/uv" "$folder/bin/uv"
else  # a Debian Python without python3-venv
    "$found" -m pip install --quiet --disable-pip-version-check --target "$folder/packages" uv
    mkdir -p "$folder/bin" && ln -sf "../packages/bin/uv" "$folder/bin/uv"
fi
