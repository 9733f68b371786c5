# Sourced by the scripts beside it: where things are, and how to say what happens.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
script=$root/scripts/$(basename "$0")
cd "$root"
venv=$root/.venv
export PATH="$venv/bin:$PATH"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

say() { printf '==> %s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# If the first argument asks for help, print the comment block at the top of the calling script, and end.
help_if_asked() {
  case ${1:-} in
    -h | --help)
      sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$script"
      exit
      ;;
  esac
}

# The hash of the contents and names of the files named on standard input, one a line.
hash_files() { LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1; }

# Whether the step named $1 was last done with the hash $2.
is_done() { [ "$(cat "$venv/stamps/$1" 2>/dev/null)" = "$2" ]; }

mark_done() {
  mkdir -p "$venv/stamps"
  printf '%s\n' "$2" >"$venv/stamps/$1"
}
