#!/bin/sh
# Installs, starts, upgrades and purges the Debian package of argument 1, as root in a Debian 13 that may be thrown away.
# systemd need not run: the unit is verified, and its ExecStart is started with a notify socket.
set -eu
package=$1
here=$(dirname "$0")
unit=/usr/lib/systemd/system/xmpp-receipts.service
settings=/etc/xmpp-receipts/receipts.yaml
work=$(mktemp -d)
chmod 755 "$work"

fail() { echo "FAILED: $1"; [ ! -f "$work/log" ] || cat "$work/log"; exit 1; }
ok() { echo "ok: $1"; }
expect() { [ "$2" = "$3" ] || fail "$1: expected '$3', found '$2'"; ok "$1"; }
until_there() { # FILE WORD
  for _ in $(seq 100); do ! grep -q "$2" "$1" || { ok "says $2"; return 0; }; sleep 0.2; done
  fail "never said $2"
}

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends systemd python3 >/dev/null
apt-get install -y -qq --no-install-recommends "$package" >/dev/null
expect 'the settings belong to root and the daemon' "$(stat -c '%a %U %G' $settings)" '640 root xmpp-receipts'
expect 'the state belongs to the daemon' "$(stat -c '%a %U' /var/lib/xmpp-receipts)" '700 xmpp-receipts'
expect 'the settings are a conffile' "$(dpkg-query -W -f '${Conffiles}' xmpp-receipts | awk '{print $1}' | xargs)" $settings
xmpp-receipts --version >/dev/null || fail 'the command does not run'
systemd-analyze verify $unit >"$work/verify" 2>&1 || { cat "$work/verify"; fail 'systemd-analyze verify'; }
[ ! -s "$work/verify" ] || { cat "$work/verify"; fail 'systemd-analyze verify complains'; }
ok 'systemd-analyze verifies the unit'
systemd-analyze security --offline=true $unit --no-pager | tail -1

python3 "$here/notify-socket.py" "$work/notify" >"$work/told" &
listener=$!
until [ -S "$work/notify" ]; do sleep 0.1; done
command=$(sed -n 's/^ExecStart=//p' $unit)
setpriv --reuid xmpp-receipts --regid xmpp-receipts --clear-groups \
  env NOTIFY_SOCKET="$work/notify" WATCHDOG_USEC=1000000 $command >"$work/log" 2>&1 &
daemon=$!
until_there "$work/told" READY=1
until_there "$work/told" WATCHDOG=1
kill -HUP $daemon
until_there "$work/told" RELOADING=1
until_there "$work/log" 'the settings were read again'
kill -TERM $daemon
status=0
wait $daemon || status=$?
expect 'ends by SIGTERM with status 0' $status 0
until_there "$work/told" STOPPING=1
kill $listener

echo '# a change of the administrator' >>$settings
dpkg-deb -R "$package" "$work/next"
sed -i 's/^Version: .*/Version: 99.0.0/' "$work/next/DEBIAN/control"
echo '# a change of the package' >>"$work/next/etc/xmpp-receipts/receipts.yaml"
dpkg-deb --root-owner-group -b "$work/next" "$work/next.deb" >/dev/null
echo kept >/var/lib/xmpp-receipts/marker
dpkg --force-confold -i "$work/next.deb" >/dev/null
grep -q 'change of the administrator' $settings || fail 'an upgrade lost the settings'
ok 'an upgrade keeps the settings'
expect 'an upgrade keeps the owner of the settings' "$(stat -c '%a %U %G' $settings)" '640 root xmpp-receipts'
[ -f /var/lib/xmpp-receipts/marker ] || fail 'an upgrade lost the state'
apt-get remove -y -qq xmpp-receipts >/dev/null
[ -f $settings ] && [ -f /var/lib/xmpp-receipts/marker ] || fail 'remove took settings or state'
ok 'remove keeps settings and state'
apt-get purge -y -qq xmpp-receipts >/dev/null
for left in /etc/xmpp-receipts /var/lib/xmpp-receipts /usr/lib/xmpp-receipts /usr/bin/xmpp-receipts; do
  [ ! -e $left ] || fail "purge left $left"
done
! getent passwd xmpp-receipts >/dev/null || fail 'purge left the user'
ok 'purge leaves nothing'
