# A Debian 12 in a folder, and what Scripts/image, Scripts/test-image and Scripts/test-package have in common; sourced by them.
#
# Whatever runs there runs in namespaces of its own: mounts and processes are gone when it ends, however it ends.

# Never what the machine's own shell has.
root_environment=(PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive)

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
fail() { say "$*"; exit 1; }

# expect_root: namespaces take it.
expect_root() { [ "$(id -u)" -eq 0 ] || fail "this needs root: sudo Scripts/${0##*/}"; }

# newest BUILD ENDING: the last made package, or what was made of it; nothing where there is none.
newest() {
  # A folder that is not there ends no script before it has said so.
  { find "$1/package" -maxdepth 1 -name "likeness_*_$(dpkg --print-architecture).$2" 2>/dev/null || true; } | sort | tail -1
}

# make_run BUILD KIND: sets `place`, where a Debian is kept, and `run`, a folder in it that goes when the script ends.
make_run() {
  place="$1/package-test"
  mkdir -p "$place"
  run="$(mktemp -d "$place/$2-XXXXXX")"
  trap 'rm -rf -- "$run"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# make_base FOLDER: the smallest Debian that installs packages, kept for the next time.
make_base() {
  [ -e "$1/.complete" ] && return 0
  rm -rf "$1"
  mkdir -p "$1"
  # Without a mirror it takes Debian's own.
  debootstrap --variant=minbase bookworm "$1" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$1.log" 2>&1 ||
    { tail -5 "$1.log" >&2; rm -rf "$1"; fail "debootstrap failed; DEBIAN_MIRROR names another mirror"; }
  # What was repaired since the release.
  sed -n 's|^deb \(.*\)/debian/\{0,1\} bookworm main.*|deb \1/debian-security bookworm-security main|p' \
    "$1/etc/apt/sources.list" >"$1/etc/apt/sources.list.d/security.list"
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
  chmod 755 "$1/usr/sbin/policy-rc.d"
  touch "$1/.complete"
}

# copy_base BASE FOLDER
copy_base() {
  mkdir -p "$(dirname "$2")"
  cp -a --reflink=auto "$1" "$2"
  rm -f "$2/.complete"
  # The machine's own way to the network.
  cp -L /etc/resolv.conf "$2/etc/resolv.conf"
  local file
  for file in /etc/apt/apt.conf.d/*proxy*; do [ ! -e "$file" ] || cp "$file" "$2/etc/apt/apt.conf.d/"; done
}

# in_root FOLDER COMMAND...: as root, with the machine's network.
in_root() { enter "$1" "" "${@:2}"; }

# offline FOLDER COMMAND...: the same, where there is no network but the machine to itself.
offline() { enter "$1" --net "${@:2}"; }

enter() {
  local folder="$1" net="$2"
  shift 2
  # shellcheck disable=SC2016
  env -i "${root_environment[@]}" unshare --mount --propagation private --pid --fork --kill-child --uts --ipc $net \
    bash -ceu '
      folder="$1"; shift
      mount --bind "$folder" "$folder"
      mount -t proc proc "$folder/proc"
      mount -t sysfs -o ro sysfs "$folder/sys"
      mount -t tmpfs -o mode=755 tmpfs "$folder/dev"
      mkdir "$folder/dev/shm" "$folder/dev/pts"
      ln -s /proc/self/fd "$folder/dev/fd"
      for device in null zero full random urandom tty; do
        touch "$folder/dev/$device"; mount --bind "/dev/$device" "$folder/dev/$device"
      done
      if [ -n "$1" ]; then ip link set lo up; fi
      shift
      exec chroot "$folder" "$@"' enter "$folder" "$net" "$@"
}
