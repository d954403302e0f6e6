#!/bin/sh
# venv.sh NAME LOCK: make .venv with Python 3.11 or newer, install what LOCK pins and then wiredesk
# itself, and leave .venv/NAME.ok. $PYTHON names the interpreter to use instead of the first found.
set -eu
name=$1 lock=$2

fit() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
whole() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

if [ ! -x .venv/bin/python ] || ! fit .venv/bin/python; then
    found='' bare=''
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
        fit "$python" || continue
        if whole "$python"; then found=$python; break; fi
        [ -n "$bare" ] || bare=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    done
    if [ -z "$found" ] && [ -n "$bare" ]; then
        echo "wiredesk: $bare has no venv module; install it, e.g.: sudo apt install $bare-venv" >&2
        exit 1
    elif [ -z "$found" ]; then
        echo "wiredesk: Python 3.11 or newer is needed; install it, e.g.: sudo apt install python3.11 python3.11-venv (macOS: brew install python@3.12)" >&2
        exit 1
    fi
    echo "Making .venv with $("$found" --version)"
    rm -rf .venv
    "$found" -m venv .venv
fi

pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check "$@"; }

echo "Installing what $lock pins (a minute or two the first time)"
# The lock is whole: without the resolver, older versions of pip cannot trip over extras.
if pip install --no-deps --require-hashes -r "$lock"; then
    pip install --no-deps -e .
else
    echo "$lock does not fit this platform; installing by the ranges in setup.cfg instead" >&2
    case $name in dev) pip install -e '.[dev]' ;; *) pip install -e '.[html]' ;; esac
fi
touch ".venv/$name.ok"
