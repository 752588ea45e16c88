-- Tokens: the proof that a message was accepted here. 'accepted' carries one, and an order to
-- deliver an answer returns it (docs/protocol.md section 2.4).

-- COMPAT prosody 0.12: 13.0 calls these prosody.util.* and accepts the short names too
local base64_encode = require "util.encodings".base64.encode;
local datamanager = require "util.datamanager";
local hmac_sha256 = require "util.hashes".hmac_sha256;
local random_bytes = require "util.random".bytes;
local have_pposix, pposix = pcall(require, "util.pposix");
local disk = module:require "disk";
local limits = module:require "limits";
local sub = string.sub;
local host = module.host;

local MAX_PAIRS = limits.MAX_PARTIES;
local KEY_BYTES = 32;
local TOKEN_BYTES = 9;

return function ()
	local tokens = {};
	local token_key;
	local pair_keys, pair_count = {}, 0;

	local function make_token_key(path)
		local key = random_bytes(KEY_BYTES);
		local umask = have_pposix and pposix.umask("0177");
		local file, problem = io.open(path, "wb");
		if umask then pposix.umask(umask); end
		if file then
			file:write(key);
			file:close();
		else
			module:log("error", "Cannot write %s (%s): after a restart of the server the component can deliver no receipt "
				.. "for older messages. Let the server's user write there, then restart the server", path, problem);
		end
		return key;
	end

	function tokens.load_key()
		local path = datamanager.getpath("token", host, "receipts", "key", true);
		token_key = disk.read(path);
		if not token_key or #token_key ~= KEY_BYTES then token_key = make_token_key(path); end
	end

	-- A key for each pair saves making a string for each message.
	local function pair_key_of(sender, recipient)
		local keys = pair_keys[sender];
		local key = keys and keys[recipient];
		if key then return key; end
		if pair_count >= MAX_PAIRS then
			pair_keys, pair_count, keys = {}, 0, nil;
		end
		key = hmac_sha256(token_key, sender.bare .. "\n" .. recipient.bare);
		keys = keys or {};
		keys[recipient], pair_keys[sender], pair_count = key, keys, pair_count + 1;
		return key;
	end

	function tokens.of(sender, recipient, id)
		return base64_encode(sub(hmac_sha256(pair_key_of(sender, recipient), id), 1, TOKEN_BYTES));
	end

	return tokens;
end
