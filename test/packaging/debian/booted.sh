#!/bin/sh
# Installs, starts, hangs, upgrades and purges the Debian package of argument 1, as root where systemd is process 1, in a
# Debian 13 that may be thrown away. boot.sh makes such a place.
set -eu
package=$1
settings=/etc/xmpp-receipts/receipts.yaml
unit=xmpp-receipts.service
work=$(mktemp -d)

fail() { echo "FAILED: $1"; journalctl --no-pager -u $unit | tail -20; exit 1; }
ok() { echo "ok: $1"; }
expect() { [ "$2" = "$3" ] || fail "$1: expected '$3', found '$2'"; ok "$1"; }
property() { systemctl show --value -p "$1" $unit; }
until_it() { # WHAT COMMAND...
  what=$1
  shift
  for _ in $(seq 150); do ! "$@" || { ok "$what"; return 0; }; sleep 0.2; done
  fail "never: $what"
}
logged() { journalctl --no-pager -u $unit | grep -q "$1"; }
restarted() { [ "$(property NRestarts)" -gt 0 ] && [ "$(property ActiveState)" = active ]; }

apt-get install -y -qq --no-install-recommends "$package" >/dev/null
expect 'an installation starts nothing: the settings are to be filled in' "$(property ActiveState)" inactive
systemctl enable --now $unit
expect 'a start is over when the daemon says that it is ready' "$(property ActiveState)" active
expect 'it runs as its own user' "$(ps -o user= -p "$(property MainPID)")" xmpp-receipts
until_it 'it waits for a server that is not there yet' logged 'cannot reach'
expect 'the state is readable by the daemon only' "$(stat -c %a /var/lib/xmpp-receipts/receipts.db)" 600
systemctl reload $unit
until_it 'a reload reads the settings again' logged 'the settings were read again'

mkdir -p /run/systemd/system/$unit.d
printf '[Service]\nWatchdogSec=2\nRestartSec=1\n' >/run/systemd/system/$unit.d/soon.conf
systemctl daemon-reload
systemctl restart $unit
sleep 5
expect 'a daemon that is well is left alone by the watchdog' "$(property NRestarts)" 0
kill -STOP "$(property MainPID)"
until_it 'a daemon that hangs is started anew' restarted
logged 'Watchdog timeout' || fail 'it was not the watchdog'
ok 'it was the watchdog'
rm -r /run/systemd/system/$unit.d
systemctl daemon-reload

cp -p $settings "$work/settings"
echo 'nonsense: true' >>$settings
! systemctl restart $unit 2>/dev/null || fail 'wrong settings were taken'
sleep 6
expect 'wrong settings end it for good' "$(property ActiveState) $(property ExecMainStatus)" 'failed 78'
cp -p "$work/settings" $settings
systemctl restart $unit
before=$(property MainPID)

dpkg-deb -R "$package" "$work/next"
sed -i 's/^Version: .*/Version: 99.0.0/' "$work/next/DEBIAN/control"
dpkg-deb --root-owner-group -b "$work/next" "$work/next.deb" >/dev/null
dpkg -i "$work/next.deb" >/dev/null
expect 'it runs after an upgrade' "$(property ActiveState)" active
[ "$(property MainPID)" != "$before" ] || fail 'the old program runs after an upgrade'
ok 'an upgrade starts the new program'
systemctl stop $unit
expect 'a stop ends it well' "$(property Result) $(property ExecMainStatus)" 'success 0'
systemctl start $unit
apt-get purge -y -qq xmpp-receipts >/dev/null
! pgrep -u xmpp-receipts >/dev/null 2>&1 || fail 'purge left the daemon running'
expect 'purge takes the unit' "$(property LoadState)" not-found
[ ! -e /etc/systemd/system/multi-user.target.wants/$unit ] || fail 'purge left the start at boot'
[ ! -e /var/lib/xmpp-receipts ] || fail 'purge left the state'
ok 'purge ends it and leaves nothing'
