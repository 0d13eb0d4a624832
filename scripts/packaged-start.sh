#!/bin/sh
# Starts the packaged window: reach-chat [--profile NAME] [reach://…] [switches of NW.js]. It does what `npm start` does
# for a window, with the same profiles, and needs nothing but a shell.
set -eu
umask 077
here=$(dirname "$(readlink -f "$0")")

profile=default
if [ "${1:-}" = --profile ]; then
  profile=${2:-}
  shift
  [ $# -eq 0 ] || shift
fi
case $profile in
  '' | [!A-Za-z0-9_]* | *[!A-Za-z0-9_.-]*)
    echo "--profile $profile: letters, digits, dots and dashes only." >&2
    exit 1
    ;;
esac
folder=${XDG_DATA_HOME:-$HOME/.local/share}/reach-chat/profiles/$profile

# Chromium's own lock: a link named host-pid.
is_open() {
  lock=$(readlink "$folder/SingletonLock") || return 1
  kill -0 "${lock##*-}" 2>/dev/null
}

# What a window shows before its page has painted is Chromium's own colour, from this preference: without it a dark window
# would open with a white frame (matchFirstFrame in scripts/windows.mjs). Chromium keeps the two numbers where it finds them.
match_first_frame() {
  preferences=$folder/Default/Preferences
  case $(grep -o '"theme": *"[a-z]*"' "$folder/Default/settings.json" 2>/dev/null) in
    *dark*) scheme=2 ;;
    *light*) scheme=1 ;;
    *) scheme=0 ;;
  esac
  if [ ! -s "$preferences" ]; then
    printf '{"browser":{"theme":{"color_scheme":%s,"color_scheme2":%s}}}' "$scheme" "$scheme" >"$preferences"
  else
    sed -E "s/\"color_scheme(2?)\":[0-9]+/\"color_scheme\1\":$scheme/g" "$preferences" >"$preferences.new"
    mv "$preferences.new" "$preferences"
  fi
}

mkdir -p "$folder/Default"
is_open || match_first_frame

# The sandbox of Chromium refuses root; without a GPU its driver search only costs time and prints errors.
[ "$(id -u)" -ne 0 ] || set -- --no-sandbox "$@"
[ -e /dev/dri ] || set -- --disable-gpu "$@"
[ -z "${WAYLAND_DISPLAY:-}" ] || [ -n "${DISPLAY:-}" ] || set -- --ozone-platform=wayland "$@"
exec "$here/nw" "--user-data-dir=$folder" "$@"
