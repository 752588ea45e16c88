-- A development server, insecure by design: no TLS, open registration, passwords in the clear, a known secret. Never expose it.
--
-- Start it at the root of the repository, make an account or two, and point any client at them:
--   mkdir -p prosody-config/data
--   prosody --config prosody-config/prosody.cfg.lua -F
--   prosodyctl --config prosody-config/prosody.cfg.lua register alice localhost secret
-- or in Docker, with the accounts alice and bob: docker compose up prosody
--
-- It listens on loopback: clients 5222, browsers 5280 (/xmpp-websocket and /http-bind), the component 5347.

local home = ENV_XMPP_RECEIPTS_HOME or ENV_PWD
local data = ENV_XMPP_RECEIPTS_DATA or home .. "/prosody-config/data"
-- In a container the port mapping decides who can reach it.
local interface = ENV_XMPP_RECEIPTS_INTERFACE or "127.0.0.1"

run_as_root = true
data_path = data
pidfile = data .. "/prosody.pid"
-- There are none; any folder that exists keeps the log quiet.
certificates = data
plugin_paths = { home .. "/prosody-config/modules" }
log = { { to = "console", levels = { min = ENV_XMPP_RECEIPTS_LOG or "info" } } }

interfaces = { interface }
component_interfaces = { interface }
http_interfaces = { interface }
https_ports = {}

modules_enabled = {
	-- what a usual server has
	"roster"; "saslauth"; "disco"; "ping"; "pep"; "vcard4"; "vcard_legacy"; "bookmarks"; "blocklist";
	-- what receipts depend on: acknowledgements, archive, carbons
	"smacks"; "csi_simple"; "mam"; "carbons";
	-- accounts from any client, and from prosodyctl while the server runs
	"register_ibr"; "admin_shell";
	-- clients in a browser
	"bosh"; "websocket";
}
-- A private island: nothing goes to other servers.
modules_disabled = { "s2s"; "s2s_auth_certs"; "tls" }

authentication = "internal_plain"
allow_registration = true
allow_unencrypted_plain_auth = true
c2s_require_encryption = false
consider_bosh_secure = true
consider_websocket_secure = true
http_default_host = "localhost"
http_cors_override = { bosh = { enabled = true }, websocket = { enabled = true } }
storage = "internal"
archive_expires_after = "1w"

-- Short, so that a phone that died is given up within a minute.
smacks_hibernation_time = 60

VirtualHost "localhost"
	modules_enabled = { "receipts" }
	receipts_component = "receipts.localhost"

Component "receipts.localhost"
	component_secret = "secret"
	-- After a crash the daemon must get in although its old stream is not yet closed.
	component_conflict_resolve = "kick_old"

Component "rooms.localhost" "muc"
	muc_room_locking = false
