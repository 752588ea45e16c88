#!/bin/sh
# In a container: makes the accounts named in ACCOUNTS, with the password `secret`, and starts the server.
set -e
config=$XMPP_RECEIPTS_HOME/prosody-config/prosody.cfg.lua
for name in $ACCOUNTS; do prosodyctl --config "$config" register "$name" localhost secret; done
exec prosody -F --config "$config"
