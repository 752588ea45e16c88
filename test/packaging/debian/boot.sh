#!/bin/sh
# Boots systemd in the Debian tree of argument 1, without a network, and tries the Debian package of argument 2 there
# (booted.sh). As root; docs/installing.md says how the tree is made. What is written into the tree stays there.
set -eu
tree=$(realpath "$1")
package=$(realpath "$2")
here=$(dirname "$(realpath "$0")")

# shellcheck disable=SC2016
unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child sh -euc '
mount --make-rprivate /
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs tmpfs sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs tmpfs dev/shm
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mkdir tmp/try
cp "$2"/booted.sh "$3" tmp/try
hostname booted
pivot_root . mnt
umount -l /mnt
exec env -i container=lxc /sbin/init
' sh "$tree" "$here" "$package" >"$tree/boot.log" 2>&1 &
outside=$!
trap 'kill -9 $outside' EXIT

inside() { nsenter -t "$(pgrep --parent $outside)" -m -p -n -u -i -C -r env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
for _ in $(seq 100); do ! inside test -S /run/dbus/system_bus_socket 2>/dev/null || break; sleep 0.2; done
inside systemctl is-system-running --wait || true
inside sh /tmp/try/booted.sh "/tmp/try/$(basename "$package")"
