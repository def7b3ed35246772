#!/usr/bin/env bash
# Check a mission of each of the five cities with the zones that ship, and write one report to look at.
set -u
cd "$(dirname "$0")/.."
mkdir -p out

check() { # the verdict is the point: every exit code but a fault is fine
  echo "\$ dronectl check $*"
  dronectl check "$@"
  code=$?
  echo "(exit $code)"
  echo
  case "$code" in 0 | 1 | 3) ;; *) exit "$code" ;; esac
}

check missions/den-haag/dh-harbour-survey.geojson
check missions/amsterdam/ams-zuidas-facade.geojson
check missions/almere/alm-weerwater-survey.plan --at 2026-05-12T10:00+02:00 --rtl-alt 60
check missions/eindhoven/ehv-strijp-roofs.geojson
check missions/apeldoorn/apd-school-roof.geojson
check missions/amsterdam/ams-zuidas-facade.geojson -o out/ams-zuidas-facade.html
echo "Open the report in a browser: out/ams-zuidas-facade.html"
