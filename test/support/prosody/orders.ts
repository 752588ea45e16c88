// What a test asks of the server, as Lua for lua/mod_test_control.lua.

/** Arguments: JID, password. */
export const CREATE_USER = `
local jid, password = ...
local user, host = require "util.jid".prepped_split(jid)
return require "core.usermanager".create_user(user, password, host)`;

/** Argument: JID. */
export const DELETE_USER = `
local user, host = require "util.jid".prepped_split((...))
return require "core.usermanager".delete_user(user, host)`;

/** Arguments: JID, contact, subscription. Who has no roster here is left out: another server's user, a component. */
export const SUBSCRIBE = `
local jid, contact, subscription = ...
local rostermanager = require "core.rostermanager"
local user, host = require "util.jid".prepped_split(jid)
if (prosody.hosts[host] or {}).type ~= "local" then return end
local roster = rostermanager.load_roster(user, host)
roster[contact] = roster[contact] or { groups = {} }
roster[contact].subscription = subscription
roster[contact].ask = nil
local ok, err = rostermanager.save_roster(user, host, roster, contact)
if not ok then return nil, err or ("no such user: " .. jid) end
rostermanager.roster_push(user, host, contact)
return true`;

/** Arguments: load, unload or reload; host; name. */
export const MANAGE_MODULE = `
local verb, host, name = ...
local ok, err = require "core.modulemanager"[verb](host, name)
if not ok then return nil, tostring(err) end
return true`;

/** Argument: domains with their ports. */
export const ADD_PEERS = `
local peers = require "core.modulemanager".get_module("*", "test_peers").module:shared("peers")
for domain, port in pairs((...)) do peers[domain] = port end`;

/** Argument: ports. Returns those that nothing listens on, as text. */
export const CLOSED_PORTS = `
local active, closed = require "core.portmanager".get_active_services(), {}
for _, port in ipairs((...)) do
  if #active:search(nil, nil, port) == 0 then closed[#closed + 1] = tostring(port) end
end
return table.concat(closed, ", ")`;

export const IS_STARTED = 'return true';

export const VERSION = 'return prosody.version';
