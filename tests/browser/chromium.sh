#!/bin/sh
# Prints the path of a Chromium the browser tests can drive; installs Debian's where it is missing and allowed.
set -eu
find_it() {
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        [ -n "$name" ] && command -v "$name" && return 0
    done
    return 1
}
find_it && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
    find_it && exit 0
fi
echo "No Chromium found. Install it (Debian: apt install chromium; macOS: brew install --cask chromium)" >&2
echo "or set CHROMIUM=/path/to/chromium, then run make test again." >&2
exit 1
